import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkEndpoints } from '../api/checks.ts';
import { paths } from '../clients/authorizations/serverMetadata.ts';
import type { Endpoint } from '../api/endpoint.ts';
import { eventEndpoints } from '../api/events.ts';
import { serverSignInEndpoints } from '../api/signIn/serverSignIns.ts';
import { signInEndpoints } from '../api/signIn/signIn.ts';
import { statusEndpoints } from '../api/status.ts';
import { sendError, sendJson } from './answer/answer.ts';
import type { HttpContext } from './context.ts';
import { RouteTable, type PathParams } from './routeTable.ts';
import { cardPath, catalogPath } from './discovery/serverCard.ts';
import { DiscoveryRoutes } from './routes/discovery.ts';
import { eventsRoute } from './routes/events.ts';
import { healthRoute } from './routes/health.ts';
import { OAuthRoutes } from './routes/oauth.ts';
import { ManagementGate } from './routes/management.ts';
import { mcpRoute } from './routes/mcp.ts';
import { oauthCallbackRoute } from './routes/oauthCallback.ts';
import { authCheckRoute, serverCheckRoute } from './routes/probe.ts';
import { SseTransport } from './routes/sse.ts';
import { signInLinkRoute, signInRoute, signOutRoute } from './routes/signIn.ts';
import { statusRoute } from './routes/status.ts';
import { uiRoute } from './routes/ui.ts';

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  params: PathParams,
) => Promise<void> | void;

type App = RouteTable<Handler>;

/**
 * Answers by the routes of the gateway. Handlers write to Node's response themselves: streams and the hot path want no copy.
 * Rejects with what a handler threw.
 */
export function createApp(
  context: HttpContext,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const app = routesOf(context);
  return async (request, response) => {
    const found = app.match(request.method ?? '', request.url ?? '');
    // Several clients look for OAuth metadata and registration: a fast JSON 404 tells them that there is none.
    if (found === undefined) sendError(response, 'not_found', 'not found: there is no such path');
    else await found.handler(request, response, found.params);
  };
}

function routesOf(context: HttpContext): App {
  const app: App = new RouteTable();
  const mcp: Handler = (request, response, { server = null }) => mcpRoute(context, request, response, server);
  // Half of all documentation writes the address with a slash at its end.
  for (const path of ['/mcp', '/mcp/', '/mcp/:server', '/mcp/:server/']) app.add(undefined, path, mcp);
  mountSse(app, context);
  mount(app, [
    [statusEndpoints.health, (request, response) => healthRoute(context, request, response)],
    [statusEndpoints.status, (request, response) => statusRoute(context, request, response)],
    [
      statusEndpoints.describe,
      (_request, response) => sendJson(response, 200, JSON.stringify(context.describe())),
    ],
    [eventEndpoints.events, (request, response) => eventsRoute(context, request, response)],
    [checkEndpoints.authCheck, (request, response) => authCheckRoute(context, request, response)],
    [checkEndpoints.serverCheck, (request, response) => serverCheckRoute(context, request, response)],
    [signInEndpoints.issueSignInLink, (request, response) => signInLinkRoute(context, request, response)],
    [signInEndpoints.signIn, (request, response) => signInRoute(context, request, response)],
    [
      serverSignInEndpoints.serverSignInCallback,
      (request, response) => oauthCallbackRoute(context, request, response),
    ],
    [signInEndpoints.signOut, (request, response) => signOutRoute(context, request, response)],
  ]);
  mountOAuth(app, context);
  mountDiscovery(app, context);
  const gate = new ManagementGate(context);
  mount(
    app,
    context.management.map((route) => [
      route.endpoint,
      (request, response, params) => gate.handle(route, params, request, response),
    ]),
  );
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

type Mounted = readonly [endpoint: Pick<Endpoint, 'method' | 'path'>, handle: Handler];

/** Routes each endpoint; other methods of its path are 405. */
function mount(app: App, mounted: readonly Mounted[]): void {
  const methods = new Map<string, string[]>();
  for (const [{ method, path }, handle] of mounted) {
    app.add(method, path, handle);
    methods.set(path, [...(methods.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  }
  for (const [path, allowed] of methods) {
    const allow = allowed.join(', ');
    app.add(undefined, path, (_request, response) =>
      sendError(response, 'method_not_allowed', `allowed methods: ${allow}`, { Allow: allow }),
    );
  }
}
