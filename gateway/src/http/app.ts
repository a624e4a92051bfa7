import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context, type Handler } from 'hono';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError, sendJson } from './answer/answer.ts';
import type { HttpContext } from './context.ts';
import { eventsRoute } from './routes/events.ts';
import { healthRoute } from './routes/health.ts';
import { ManagementGate } from './routes/management.ts';
import { mcpRoute } from './routes/mcp.ts';
import { authCheckRoute, serverCheckRoute } from './routes/probe.ts';
import { SseTransport } from './routes/sse.ts';
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
  app.all('/mcp', mcp);
  app.all('/mcp/:server', mcp);
  mountSse(app, context);
  get(
    app,
    '/health',
    node((_request, response) => healthRoute(context, response)),
  );
  get(
    app,
    '/status',
    node((request, response) => statusRoute(context, request, response)),
  );
  get(
    app,
    '/events',
    node((request, response) => eventsRoute(context, request, response)),
  );
  get(
    app,
    '/auth-check',
    node((request, response) => authCheckRoute(context, request, response)),
  );
  get(
    app,
    '/server-check',
    node((request, response) => serverCheckRoute(context, request, response)),
  );
  get(
    app,
    '/describe',
    node((_request, response) => sendJson(response, 200, JSON.stringify(context.describe()))),
  );
  mountManagement(app, context);
  // This pattern takes `/ui` itself too.
  get(
    app,
    '/ui/*',
    node((request, response) => uiRoute(context.ui, request, response)),
  );
  // Several clients look for OAuth metadata and registration: a fast JSON 404 tells them that there is none.
  app.all(
    '*',
    node((_request, response) => sendError(response, 404, 'not_found', 'there is nothing at this address')),
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

function mountManagement(app: Hono<Env>, context: HttpContext): void {
  const gate = new ManagementGate(context);
  for (const route of context.management) {
    app.on(
      route.method,
      route.path,
      node((request, response, c) => gate.handle(route, c.req.param(), request, response)),
    );
  }
  for (const path of new Set(context.management.map((route) => route.path))) {
    const allow = context.management.filter((route) => route.path === path).map(({ method }) => method);
    app.all(
      path,
      node((_request, response) =>
        sendError(response, 405, 'method_not_allowed', `this address takes ${allow.join(', ')}`, {
          Allow: allow.join(', '),
        }),
      ),
    );
  }
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

function get(app: Hono<Env>, path: string, handler: Handler<Env>): void {
  app.get(path, handler);
  app.all(
    path,
    node((_request, response) =>
      sendError(response, 405, 'method_not_allowed', `${path} is read by GET`, { Allow: 'GET, HEAD' }),
    ),
  );
}
