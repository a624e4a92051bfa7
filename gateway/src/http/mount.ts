import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from '../api/endpoint.ts';
import { sendError } from './answer/answer.ts';
import type { PathParams, RouteTable } from './routeTable.ts';

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  params: PathParams,
) => Promise<void> | void;

export type App = RouteTable<Handler>;

type Mounted = readonly [endpoint: Pick<Endpoint, 'method' | 'path'>, handle: Handler];

/** Routes each endpoint; other methods of its path are 405. */
export function mount(app: App, mounted: readonly Mounted[]): void {
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
