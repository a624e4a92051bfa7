import type { AnswerOf, BodyOf, Endpoint, Endpoints, ParamsOf, QueryOf } from '../api/endpoint.ts';
import { readBody, readQuery } from './readRequest.ts';

/** A request to the management API whose token was right, as it came. */
export interface RawRequest {
  /** The `:name` parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body of a POST; undefined where there is none. */
  readonly body: unknown;
  /** The revision of `If-Match`, without its quotes; undefined where any will do. */
  readonly ifMatch: string | undefined;
  /** The caller's `X-Request-Id`, for the audit log. */
  readonly requestId: string | null;
}

/** The same after its body and query were validated. */
export interface ManagementRequest<E extends Endpoint = Endpoint> extends Pick<
  RawRequest,
  'ifMatch' | 'requestId'
> {
  readonly params: Readonly<Record<ParamsOf<E['path']>, string>>;
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
}

/** Headers go beside those that every answer has. */
type Headers = Readonly<Record<string, string>>;

export type Reply<Answer> =
  | { readonly json: Answer; readonly headers?: Headers }
  /** A body too long to hold; `headers` name its type. */
  | { readonly stream: AsyncIterable<string | Uint8Array>; readonly headers: Headers };

export interface Route {
  readonly endpoint: Endpoint;
  /** @throws ApiError for what the caller can correct; AuditUnavailableError is answered as 503 */
  readonly handle: (request: RawRequest) => Promise<Reply<object> & { readonly status: number }>;
}

/** One handler for each endpoint of a group, by its name. */
export type Handlers<Group extends Endpoints> = {
  readonly [Id in keyof Group]: (
    request: ManagementRequest<Group[Id]>,
  ) => Promise<Reply<AnswerOf<Group[Id]>>> | Reply<AnswerOf<Group[Id]>>;
};

/** The routes of a group; what reaches a handler has the form that the endpoint describes. */
export function routesOf<Group extends Endpoints>(group: Group, handlers: Handlers<Group>): Route[] {
  return Object.entries(group).map(([id, endpoint]) => {
    const handler = handlers[id] as (request: unknown) => Promise<Reply<object>> | Reply<object>;
    return {
      endpoint,
      handle: async (request) => {
        const [query, body] = [readQuery(endpoint, request.query), readBody(endpoint, request.body)];
        return { status: endpoint.status ?? 200, ...(await handler({ ...request, query, body })) };
      },
    };
  });
}

export function json<Answer>(body: Answer, headers: Headers = {}): Reply<Answer> {
  return { json: body, headers };
}
