import type { IncomingMessage, ServerResponse } from 'node:http';
import { paths } from '../clients/authorizations/serverMetadata.ts';
import { sendError } from './answer/answer.ts';
import { isApiPath } from './apiPath.ts';
import type { HttpContext } from './context.ts';
import { mount, type App, type Handler } from './mount.ts';
import { RouteTable } from './routeTable.ts';
import { cardPath, catalogPath } from './discovery/serverCard.ts';
import { DiscoveryRoutes } from './routes/discovery.ts';
import { healthRoute } from './routes/health.ts';
import { OAuthRoutes } from './routes/oauth.ts';
import { mcpRoute } from './routes/mcp.ts';
import { SseTransport } from './routes/sse.ts';
import { uiRoute } from './routes/ui.ts';

/**
 * Answers by the routes of the gateway. Handlers write to Node's response themselves: streams and the hot path want no copy.
 * Rejects with what a handler threw.
 */
export function createApp(
  context: HttpContext,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const app = routesOf(context);
  const api = apiOnDemand(context);
  return async (request, response) => {
    const [method, url] = [request.method ?? '', request.url ?? ''];
    const found = app.match(method, url) ?? (isApiPath(url) ? (await api()).match(method, url) : undefined);
    // Several clients look for OAuth metadata and registration: a fast JSON 404 tells them that there is none.
    if (found === undefined) sendError(response, 'not_found', 'not found: there is no such path');
    else await found.handler(request, response, found.params);
  };
}

/** Schemas are most of what a gateway loads: it starts sooner, and stays smaller, without them until somebody asks. */
function apiOnDemand(context: HttpContext): () => Promise<App> {
  let api: Promise<App> | undefined;
  const load = async (): Promise<App> => {
    try {
      return await (await import('./apiRoutes.ts')).apiRoutes(context);
    } catch (error) {
      api = undefined;
      throw error;
    }
  };
  return () => (api ??= load());
}

function routesOf(context: HttpContext): App {
  const app: App = new RouteTable();
  const mcp: Handler = (request, response, { server = null }) => mcpRoute(context, request, response, server);
  // Half of all documentation writes the address with a slash at its end.
  for (const path of ['/mcp', '/mcp/', '/mcp/:server', '/mcp/:server/']) app.add(undefined, path, mcp);
  mountSse(app, context);
  mount(app, [
    [{ method: 'GET', path: '/health' }, (request, response) => healthRoute(context, request, response)],
  ]);
  mountOAuth(app, context);
  mountDiscovery(app, context);
  // This pattern takes `/ui` itself too.
  mount(app, [
    [{ method: 'GET', path: '/ui/*' }, (request, response) => uiRoute(context.ui, request, response)],
  ]);
  return app;
}

/** The transport of 2024-11-05, beside the one of all later revisions. */
function mountSse(app: App, context: HttpContext): void {
  const transport = new SseTransport(context);
  const open: Handler = (request, response, { server = null }) => transport.open(request, response, server);
  app.add(undefined, '/sse', open);
  app.add(undefined, '/sse/:server', open);
  app.add('POST', '/messages', (request, response) => transport.post(request, response));
}

/** The sign-in of applications; where it is off, these are paths like any other that does not exist. */
function mountOAuth(app: App, context: HttpContext): void {
  const routes = new OAuthRoutes(context);
  const post = { method: 'POST' } as const;
  mount(app, [
    [{ ...post, path: paths.register }, (request, response) => routes.register(request, response)],
    [{ ...post, path: paths.token }, (request, response) => routes.token(request, response)],
    [{ ...post, path: paths.revoke }, (request, response) => routes.revoke(request, response)],
    [
      { method: 'GET', path: paths.serverMetadata },
      (request, response) => routes.serverMetadata(request, response),
    ],
    [
      { method: 'GET', path: `${paths.resourceMetadata}/*` },
      (request, response) => routes.resourceMetadata(request, response),
    ],
  ]);
}

/** What applications read before they connect. */
function mountDiscovery(app: App, context: HttpContext): void {
  const routes = new DiscoveryRoutes(context);
  // Every other method of the card's path is MCP with a server of that name.
  app.add('GET', cardPath, (request, response) => routes.card(request, response));
  const get = { method: 'GET' } as const;
  const versions: Handler = (request, response, params) => routes.versions(request, response, params);
  mount(app, [
    [{ ...get, path: catalogPath }, (request, response) => routes.catalog(request, response)],
    [{ ...get, path: '/v0.1/servers' }, (request, response) => routes.list(request, response)],
    [{ ...get, path: '/v0.1/servers/:name/versions' }, versions],
    [{ ...get, path: '/v0.1/servers/:name/versions/:version' }, versions],
  ]);
}
