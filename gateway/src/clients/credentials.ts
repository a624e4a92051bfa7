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
  const authorization = source.header('authorization').map((value) => bearer.exec(value)?.[1]);
  if (authorization.includes(undefined)) return { kind: 'conflict' };
  const ids = distinct([...source.query.getAll('client_id'), ...source.header('x-lmcp-client-id')]);
  const tokens = distinct([
    ...source.query.getAll('token'),
    ...source.header('x-lmcp-token'),
    ...authorization.filter((value) => value !== undefined),
  ]);
  const [clientId = null] = ids;
  const [token] = tokens;
  if (ids.length > 1 || tokens.length > 1) return { kind: 'conflict' };
  return token === undefined ? { kind: 'none', clientId } : { kind: 'token', clientId, token };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))];
}
