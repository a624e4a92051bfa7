import type { ApiErrorCode, ApiFailure } from '../api/types.ts';

/** A request to the management API whose token was right, its body parsed. */
export interface ManagementRequest {
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

/** Headers go beside those that every answer has. */
type Headers = Readonly<Record<string, string>>;

export type ManagementResponse =
  | { readonly status: number; readonly json: object; readonly headers?: Headers }
  /** A body too long to hold; `headers` name its type. */
  | {
      readonly status: number;
      readonly stream: AsyncIterable<string | Uint8Array>;
      readonly headers: Headers;
    };

/** @throws ApiError for what the caller can mend; AuditUnavailableError is answered as 503 */
export type ManagementHandler = (request: ManagementRequest) => Promise<ManagementResponse>;

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As in `/management/servers/:server_id`. */
  readonly path: string;
  readonly handle: ManagementHandler;
}

/** A refusal with its place in docs/management_api.md's table. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly failure: ApiFailure;

  constructor(status: number, error: ApiErrorCode, message: string, more: Partial<ApiFailure> = {}) {
    super(message);
    this.status = status;
    this.failure = { ok: false, error, message, ...more };
  }
}

export function json(body: object, status = 200, headers: Headers = {}): ManagementResponse {
  return { status, json: body, headers };
}
