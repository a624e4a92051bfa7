import type { HttpRequestOptions } from 'oauth4webapi';
import { printable } from '../printable.ts';
import type { GuardedFetch } from './guardedFetch.ts';
import { SignInError } from './signInError.ts';

/** The library, loaded with the first sign-in. */
export const oauthLibrary = () => import('oauth4webapi');
export type OAuthLibrary = Awaited<ReturnType<typeof oauthLibrary>>;

/** Every request of the library goes through our own: it decides which addresses may be asked, with and without TLS. */
export function requestOptions<Method extends 'GET' | 'POST'>(
  oauth: OAuthLibrary,
  fetch: GuardedFetch,
): HttpRequestOptions<Method, URLSearchParams | string> {
  return {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- servers of this machine have no TLS; our `fetch` decides
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url, { method, headers, body }) =>
      fetch(url, { method, headers, body: body.toString() }),
  };
}

/** The body of a successful response, which stays readable; undefined where it is not a JSON object. */
export async function jsonObject(response: Response): Promise<object | undefined> {
  if (!response.ok) return undefined;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return typeof body === 'object' && body !== null ? body : undefined;
}

/** An authorization server rejected a request; `code` is the `error` of RFC 6749, section 5.2. */
export class RejectedError extends SignInError {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

const maxDescription = 300;

/**
 * Does something with the library; what it throws becomes an error in words.
 * @param what failed, as the beginning of a sentence
 * @param secrets that the description of an error must not repeat
 * @throws SignInError; RejectedError where the authorization server gave a reason
 */
export async function explained<T>(
  what: string,
  act: (oauth: OAuthLibrary) => Promise<T>,
  secrets: readonly string[] = [],
): Promise<T> {
  const oauth = await oauthLibrary();
  try {
    return await act(oauth);
  } catch (error) {
    if (error instanceof SignInError) throw error;
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) {
      const said = described(error.error, error.error_description, secrets);
      throw new RejectedError(`${what}: ${said}.`, error.error);
    }
    if (error instanceof oauth.WWWAuthenticateChallengeError)
      throw new RejectedError(`${what}: HTTP ${error.status}.`, 'invalid_client');
    if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError)
      throw new SignInError(`${what}: ${withoutAny(error.message, secrets)}.`);
    throw error;
  }
}

function described(code: string, description: string | undefined, secrets: readonly string[]): string {
  const text = description === undefined ? code : `${code} (${description})`;
  return printable(withoutAny(text, secrets).slice(0, maxDescription).toWellFormed());
}

function withoutAny(text: string, secrets: readonly string[]): string {
  return secrets.filter((one) => one !== '').reduce((clean, secret) => clean.replaceAll(secret, '•••'), text);
}
