import type { ApiErrorCode } from 'lmcp-gateway/src/api/errors.ts';
import type { ApiFailure } from 'lmcp-gateway/src/api/schema/failure.ts';

/** Why an answer did not come or was no: `offline` when the gateway can't be reached at all. */
export interface Failure {
  readonly ok: false;
  readonly error: ApiErrorCode | 'offline' | 'not_the_gateway';
  readonly message: string;
  readonly status: number;
  readonly details: ApiFailure | null;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly token?: string | null;
  /** Of a sign-in link. */
  readonly signInCode?: string;
  readonly body?: unknown;
  /** The registry's revision that the change was made on. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** Same-origin requests only: the path starts with `/`, the token travels as a header. */
export async function request<T extends { readonly ok: true }>(
  path: string,
  options: RequestOptions = {},
): Promise<T | Failure> {
  const response = await send(path, options);
  if (!(response instanceof Response)) return response;
  return readAnswer<T>(response);
}

/** The raw answer, for bodies that are no JSON object; a rejection is read into its Failure. */
export async function requestRaw(path: string, options: RequestOptions = {}): Promise<Response | Failure> {
  const response = await send(path, options);
  if (!(response instanceof Response) || response.ok) return response;
  const answer = await readAnswer<{ readonly ok: true }>(response);
  return answer.ok ? notTheGateway(response.status) : answer;
}

async function send(path: string, options: RequestOptions): Promise<Response | Failure> {
  const headers = new Headers({ Accept: 'application/json' });
  if (options.token) headers.set('X-Lmcp-Management-Token', options.token);
  if (options.signInCode !== undefined) headers.set('X-Lmcp-Sign-In-Code', options.signInCode);
  if (options.ifMatch !== undefined) headers.set('If-Match', `"${options.ifMatch}"`);
  const init: RequestInit = {
    method: options.method ?? 'GET',
    headers,
    cache: 'no-store',
    redirect: 'error',
  };
  if (options.body !== undefined) {
    headers.set('Content-Type', 'application/json');
    init.body = JSON.stringify(options.body);
  }
  if (options.signal) init.signal = options.signal;
  try {
    return await fetch(path, init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return offline(init.method !== 'GET' && isWrite(path));
  }
}

/** Without an answer it is unknown whether the request arrived. */
export function offline(uncertain: boolean): Failure {
  return {
    ok: false,
    error: 'offline',
    message: uncertain
      ? 'The gateway did not answer, so it is not known whether this was done. Once it answers again, look before you repeat it.'
      : 'The gateway does not answer. Is it running?',
    status: 0,
    details: null,
  };
}

/** Previews and checks are sent by POST as well, and change nothing. */
function isWrite(path: string): boolean {
  if (path.endsWith('/trial')) return false;
  return ![
    '/registry/validate',
    '/management/preview',
    '/management/registry-file/preview',
    '/management/access',
  ].includes(path);
}

async function readAnswer<T extends { readonly ok: true }>(response: Response): Promise<T | Failure> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    return notTheGateway(response.status);
  }
  if (isAnswer(body) && body.ok) return body as unknown as T;
  if (!isFailure(body)) return notTheGateway(response.status);
  return { ok: false, error: body.error, message: body.message, status: response.status, details: body };
}

function notTheGateway(status: number): Failure {
  return {
    ok: false,
    error: 'not_the_gateway',
    message: `The answer (HTTP ${String(status)}) is not one of this gateway’s. Reload the page; if it stays, the gateway and this interface are of different versions.`,
    status,
    details: null,
  };
}

function isAnswer(body: unknown): body is { readonly ok: boolean } {
  return typeof body === 'object' && body !== null && 'ok' in body && typeof body.ok === 'boolean';
}

function isFailure(body: unknown): body is ApiFailure {
  return (
    isAnswer(body) && !body.ok && 'error' in body && 'message' in body && typeof body.message === 'string'
  );
}
