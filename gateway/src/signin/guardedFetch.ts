import { readFile } from 'node:fs/promises';
import { rootCertificates, type SecureContextOptions } from 'node:tls';
import type { HttpServer } from '../registry/types.ts';
import type { HttpAnswer } from '../upstream/http/exchange/httpAnswer.ts';
import { mayAsk } from '../upstream/http/exchange/pinnedRequest.ts';
import { requestOnce } from '../upstream/http/exchange/requestOnce.ts';
import { readAtMost } from '../upstream/http/exchange/readAtMost.ts';
import { ForbiddenAddressError } from '../upstream/http/exchange/guardedLookup.ts';
import { ProxyError } from '../upstream/http/exchange/proxyTunnel.ts';
import { SignInError } from './signInError.ts';
import { whereaboutsOf } from './whereabouts.ts';

/** What an authorization server has to answer within; milliseconds. */
const patienceMs = 15_000;
/** Metadata and tokens are some kilobytes. */
const maxBytes = 256 * 1024;

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  /** The body of the answer is of no use, and may be a stream without end. */
  readonly ignoreBody?: true;
}

/** One request for the sign-in to a server; a redirect is given as it came, and never followed. @throws SignInError */
export type GuardedFetch = (url: string, options: FetchOptions) => Promise<Response>;

/**
 * The one way to what a server names for its sign-in: addresses are decided by {@link whereaboutsOf}, names are resolved once, and
 * size and time are bounded.
 */
export function guardedFetch(server: HttpServer): GuardedFetch {
  const tls = tlsFor(server);
  return async (written, { method = 'GET', headers = {}, body, ignoreBody }) => {
    const url = URL.parse(written);
    const whereabouts = url === null ? undefined : whereaboutsOf(server, url);
    if (url === null || whereabouts === undefined || !mayAsk(whereabouts, url))
      throw forbidden(server, written);
    const call = {
      method: method === 'POST' ? 'POST' : 'GET',
      headers: { ...headers, 'accept-encoding': 'identity' },
      ...(body !== undefined && body !== null && { body }),
      signal: AbortSignal.timeout(patienceMs),
    } as const;
    try {
      const read = (answer: HttpAnswer): Promise<Response> => asResponse(answer, url, ignoreBody === true);
      return await requestOnce(whereabouts, url, call, read, await tls());
    } catch (error) {
      throw failure(server, url, error, call.signal.aborted);
    }
  };
}

/** A certificate may be one of the server's own authority or of a public one. */
function tlsFor({ tls, id }: HttpServer): () => Promise<SecureContextOptions> {
  let made: Promise<SecureContextOptions> | undefined;
  const make = async (): Promise<SecureContextOptions> => {
    const caFile = tls?.caFile;
    const own = caFile === undefined ? undefined : await readFile(caFile, 'utf8').catch(() => undefined);
    if (caFile !== undefined && own === undefined)
      throw new SignInError(`servers.${id}.tls.ca_file cannot be read. Check the file and its permissions.`);
    return own === undefined ? {} : { ca: [...rootCertificates, own] };
  };
  return () => (made ??= make());
}

async function asResponse(answer: HttpAnswer, url: URL, ignoreBody: boolean): Promise<Response> {
  const { status } = answer;
  const body = ignoreBody ? null : await readAtMost(answer.body, maxBytes);
  if (body === undefined) throw new SignInError(`${url.origin} answered with more than ${maxBytes} bytes.`);
  const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const mayHaveBody = ![101, 204, 205, 304].includes(status);
  return new Response(mayHaveBody ? body : null, { status, headers });
}

function forbidden({ id, url, remote }: HttpServer, written: string): SignInError {
  const where = URL.parse(written)?.origin ?? 'an invalid address';
  const rule = remote
    ? `set servers.${id}.allow_private: true if it is on your own network`
    : `set servers.${id}.auth.issuer if ${url.host} signs in at a public authorization server`;
  return new SignInError(
    `Server "${id}" names ${where} for its sign-in: LMCP does not contact that address; ${rule}.`,
  );
}

function failure(server: HttpServer, url: URL, error: unknown, late: boolean): SignInError {
  if (error instanceof SignInError) return error;
  if (error instanceof ForbiddenAddressError) return forbidden(server, url.href);
  if (error instanceof ProxyError)
    return new SignInError(
      `${url.origin} cannot be reached for the sign-in to "${server.id}" through the proxy ${error.proxy}: ${error.message}.`,
    );
  const { code, name } = error as NodeJS.ErrnoException;
  const why = late ? `no answer within ${patienceMs / 1_000} s` : (code ?? name);
  return new SignInError(`${url.origin} cannot be reached for the sign-in to "${server.id}": ${why}.`);
}
