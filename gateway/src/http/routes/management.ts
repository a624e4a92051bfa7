import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HeldBytes } from '../../byteBudget.ts';
import { accessActions } from '../../api/accessActions.ts';
import { auditEndpoints } from '../../api/audit.ts';
import { auditFilterNames } from '../../audit/read/parseFilter.ts';
import { ApiError, outOfScope } from '../../management/apiError.ts';
import type { Route } from '../../management/route.ts';
import { sendErrorAs, sendJson } from '../answer/answer.ts';
import { readBody } from '../door/body.ts';
import { queryOf, readerOf, type HttpContext } from '../context.ts';
import { headerValue, requestIdOf } from '../door/headers.ts';
import { readIfMatch } from './ifMatch.ts';
import { readJson, rejectBody } from './readJson.ts';
import { parseBounded } from '../../json/lossless.ts';
import { readInSlices } from '../../json/losslessReader.ts';
import { isLarge } from '../../upstream/limits.ts';
import { whenWritten } from '../../upstream/rpc/writeLarge.ts';

const { searchAudit, exportAudit, getHistogram } = auditEndpoints;
/** Each reading of the log is logged on its own. */
const logQueries: ReadonlySet<string> = new Set([searchAudit.path, exportAudit.path, getHistogram.path]);

/** The filters of a query; where a page begins is none. */
function filtersOf(query: URLSearchParams): Readonly<Record<string, string>> {
  const filters = auditFilterNames.map((name) => [name, query.get(name)] as const);
  return Object.fromEntries(filters.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** The routes behind the management token: authentication, the body, and one way of turning errors into answers. */
export class ManagementGate {
  readonly #context: HttpContext;

  constructor(context: HttpContext) {
    this.#context = context;
  }

  async handle(
    route: Route,
    params: Readonly<Record<string, string>>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (!(await this.#enter(route, request, response))) return;
    if (!(await this.#inScope(route, request, response))) return;
    using held = this.#context.memory.open({ kind: 'management' });
    const body = await this.#body(request, response, held);
    if (body === undefined) return;
    try {
      const answer = await route.handle({
        params,
        query: queryOf(request),
        body: body.value,
        ifMatch: readIfMatch(headerValue(request, 'if-match')),
        requestId: requestIdOf(request),
      });
      await send(response, answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendJson(response, error.status, JSON.stringify(error.failure));
    }
  }

  async #enter({ endpoint }: Route, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const use = {
      endpoint: `${endpoint.method} ${endpoint.path}`,
      ...(logQueries.has(endpoint.path) && { query: filtersOf(queryOf(request)) }),
    };
    const reader = await readerOf(this.#context, request, response, use, { required: true });
    return reader?.management === true;
  }

  /** False when the request has been answered: the scope of the management token does not cover it. */
  async #inScope(route: Route, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { method, path, scope } = route.endpoint;
    const { managementScope } = this.#context.registry().settings;
    const reads = method === 'GET' && scope !== 'full';
    if (managementScope === 'full' || reads || accessActions.has(`${method} ${path}`)) return true;
    const reason = 'management_scope';
    const detail = { method, path };
    await this.#context.audit.append([
      { event: 'management_auth', allowed: false, reason, request_id: requestIdOf(request), detail },
    ]);
    const { status, failure } = outOfScope(`${method} ${path} is not part of its scope`);
    sendJson(response, status, JSON.stringify(failure));
    return false;
  }

  /** Undefined when the request has been answered. */
  async #body(
    request: IncomingMessage,
    response: ServerResponse,
    held: HeldBytes,
  ): Promise<{ readonly value: unknown } | undefined> {
    if (request.method !== 'POST') return { value: undefined };
    const body = await readBody(request, held, this.#context.registry().settings.maxBodyBytes);
    if (body.kind === 'aborted') return undefined;
    if (body.kind !== 'text') {
      await rejectBody(this.#context, request, response, body, null);
      return undefined;
    }
    const json = await readJson(request, body.text, (text) =>
      isLarge(text.length) ? readInSlices(text, () => this.#context.turns.next('')) : parseBounded(text),
    );
    if (json.ok) return json;
    sendErrorAs(response, 'malformed_request', json.status, json.message);
    return undefined;
  }
}

async function send(response: ServerResponse, answer: Awaited<ReturnType<Route['handle']>>): Promise<void> {
  if ('json' in answer) {
    await whenWritten('', answer.json, (text) => sendJson(response, answer.status, text, answer.headers));
    return;
  }
  response.writeHead(answer.status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...answer.headers,
  });
  // A reader that goes away ends the stream; there is nobody left to tell.
  await pipeline(Readable.from(answer.stream), response).catch(() => response.destroy());
}
