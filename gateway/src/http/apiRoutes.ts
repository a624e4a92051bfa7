import { checkEndpoints } from '../api/checks.ts';
import { eventEndpoints } from '../api/events.ts';
import { serverSignInEndpoints } from '../api/signIn/serverSignIns.ts';
import { signInEndpoints } from '../api/signIn/signIn.ts';
import { statusEndpoints } from '../api/status.ts';
import { sendJson } from './answer/answer.ts';
import type { HttpContext } from './context.ts';
import { mount, type App } from './mount.ts';
import { RouteTable } from './routeTable.ts';
import { eventsRoute } from './routes/events.ts';
import { ManagementGate } from './routes/management.ts';
import { oauthCallbackRoute } from './routes/oauthCallback.ts';
import { authCheckRoute, serverCheckRoute } from './routes/probe.ts';
import { signInLinkRoute, signInRoute, signOutRoute } from './routes/signIn.ts';
import { statusRoute } from './routes/status.ts';

/** The routes that schemas describe (`api/`): all but MCP, what applications discover, `/health` and the interface's files. */
export async function apiRoutes(context: HttpContext): Promise<App> {
  const app: App = new RouteTable();
  mount(app, [
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
  const gate = new ManagementGate(context);
  mount(
    app,
    (await context.management()).map((route) => [
      route.endpoint,
      (request, response, params) => gate.handle(route, params, request, response),
    ]),
  );
  return app;
}
