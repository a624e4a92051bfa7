/** What a challenge asks for (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Challenge {
  readonly resourceMetadata?: string;
  readonly scopes?: readonly string[];
  readonly error?: string;
}

const maxLength = 4_096;
/** RFC 9110, section 11.2: `name=token` or `name="quoted"`. */
const parameter = /([!#$%&'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** Reads the `Bearer` challenge of `WWW-Authenticate`; empty where there is none. */
export function readChallenge(header: string | undefined): Challenge {
  if (header === undefined || header.length > maxLength) return {};
  const begin = /(?:^|,)\s*Bearer(?:\s+|$)/i.exec(header);
  if (begin === null) return {};
  const rest = header.slice(begin.index + begin[0].length);
  const values = new Map<string, string>();
  for (const [, name = '', quoted, plain] of rest.matchAll(parameter)) {
    const value = quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1');
    if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), value);
  }
  const [metadata, scope, error] = ['resource_metadata', 'scope', 'error'].map((name) => values.get(name));
  return {
    ...(metadata !== undefined && { resourceMetadata: metadata }),
    ...(scope !== undefined && { scopes: scope.split(' ').filter((one) => one !== '') }),
    ...(error !== undefined && { error }),
  };
}
