/** What a request says about who sends it. */
export type Credentials =
  | { readonly kind: 'none'; readonly clientId: string | null }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'token'; readonly clientId: string | null; readonly token: string };

export interface CredentialSource {
  readonly query: URLSearchParams;
  /** Every value of a header, in order; empty when absent. */
  header(name: string): readonly string[];
}

const bearer = /^Bearer +([\x21-\x7e]+) *$/i;

/**
 * Collects the credentials from the query (`client_id`, `token`), the headers (`X-Lmcp-Client-Id`, `X-Lmcp-Token`)
 * and `Authorization: Bearer` (RFC 6750 section 2.1). Saying the same thing twice is fine, saying two things is not.
 */
export function readCredentials(source: CredentialSource): Credentials {
  const bearers = bearerTokens(source.header('authorization'));
  if (bearers === undefined) return { kind: 'conflict' };
  const clientId = agreed([source.query.getAll('client_id'), source.header('x-lmcp-client-id')]);
  const token = agreed([source.query.getAll('token'), source.header('x-lmcp-token'), bearers]);
  if (clientId === undefined || token === undefined) return { kind: 'conflict' };
  return token === null ? { kind: 'none', clientId } : { kind: 'token', clientId, token };
}

/** Undefined if one of them is no bearer token. */
function bearerTokens(headers: readonly string[]): readonly string[] | undefined {
  if (headers.length === 0) return headers;
  const tokens = headers.flatMap((value) => bearer.exec(value)?.[1] ?? []);
  return tokens.length === headers.length ? tokens : undefined;
}

/** The one value that is given, null if there is none, undefined if there are several. Compared without a set: each call comes here. */
function agreed(places: readonly (readonly string[])[]): string | null | undefined {
  let only: string | null = null;
  for (const values of places) {
    for (const value of values) {
      if (value === '') continue;
      if (only !== null && only !== value) return undefined;
      only = value;
    }
  }
  return only;
}
