import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context, type Handler } from 'hono';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkEndpoints } from '../api/checks.ts';
import { paths } from '../clients/authorizations/serverMetadata.ts';
import type { Endpoint } from '../api/endpoint.ts';
import { eventEndpoints } from '../api/events.ts';
import { signInEndpoints } from '../api/signIn/signIn.ts';
import { statusEndpoints } from '../api/status.ts';
import { sendError, sendJson } from './answer/answer.ts';
import type { HttpContext } from './context.ts';
import { eventsRoute } from './routes/events.ts';
import { healthRoute } from './routes/health.ts';
import { OAuthRoutes } from './routes/oauth.ts';
import { ManagementGate } from './routes/management.ts';
import { mcpRoute } from './routes/mcp.ts';
import { authCheckRoute, serverCheckRoute } from './routes/probe.ts';
import { SseTransport } from './routes/sse.ts';
import { signInLinkRoute, signInRoute, signOutRoute } from './routes/signIn.ts';
import { statusRoute } from './routes/status.ts';
import { uiRoute } from './routes/ui.ts';

export type Env = { Bindings: HttpBindings };

/**
 * The routes of the gateway. Handlers write to Node's response themselves: streams and the hot path want no copy.
 * @param onFailure answers for a handler that threw
 */
export function createApp(
  context: HttpContext,
  onFailure: (response: ServerResponse, error: unknown) => void,
): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => {
    onFailure(c.env.outgoing, error);
    return RESPONSE_ALREADY_SENT;
  });
  const mcp = node((request, response, c) =>
    mcpRoute(context, request, response, c.req.param('server') ?? null),
  );
  // Half of all documentation writes the address with a slash at its end.
  for (const path of ['/mcp', '/mcp/', '/mcp/:server', '/mcp/:server/']) app.all(path, mcp);
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
    [signInEndpoints.signOut, (request, response) => signOutRoute(context, request, response)],
  ]);
  mountOAuth(app, context);
  const gate = new ManagementGate(context);
  mount(
    app,
    context.management.map((route) => [
      route.endpoint,
      (request, response, c) => gate.handle(route, c.req.param(), request, response),
    ]),
  );
  // This pattern takes `/ui` itself too.
  mount(app, [
    [{ method: 'GET', path: '/ui/*' }, (request, response) => uiRoute(context.ui, request, response)],
  ]);
  // Several clients look for OAuth metadata and registration: a fast JSON 404 tells them that there is none.
  app.all(
    '*',
    node((_request, response) => sendError(response, 'not_found', 'not found: there is no such path')),
  );
  return app;
}

/** The transport of 2024-11-05, beside the one of all later revisions. */
function mountSse(app: Hono<Env>, context: HttpContext): void {
  const transport = new SseTransport(context);
  const open = node((request, response, c) =>
    transport.open(request, response, c.req.param('server') ?? null),
  );
  app.all('/sse', open);
  app.all('/sse/:server', open);
  app.post(
    '/messages',
    node((request, response) => transport.post(request, response)),
  );
}

/** The sign-in of applications; where it is off, these are paths like any other that does not exist. */
function mountOAuth(app: Hono<Env>, context: HttpContext): void {
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

type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  c: Context<Env>,
) => Promise<void> | void;

function node(handle: NodeHandler): Handler<Env> {
  return async (c) => {
    await handle(c.env.incoming, c.env.outgoing, c);
    return RESPONSE_ALREADY_SENT;
  };
}

type Mounted = readonly [endpoint: Pick<Endpoint, 'method' | 'path'>, handle: NodeHandler];

/** Routes each endpoint; other methods of its path are 405. */
function mount(app: Hono<Env>, mounted: readonly Mounted[]): void {
  const methods = new Map<string, string[]>();
  for (const [{ method, path }, handle] of mounted) {
    app.on(method, path, node(handle));
    methods.set(path, [...(methods.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  }
  for (const [path, allowed] of methods) {
    const allow = allowed.join(', ');
    app.all(
      path,
      node((_request, response) =>
        sendError(response, 'method_not_allowed', `allowed methods: ${allow}`, { Allow: allow }),
      ),
    );
  }
}
