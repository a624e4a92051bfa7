/** The parts of a request that decide whether every program on its path parses it alike. */
export interface RequestShape {
  readonly httpVersion: string;
  /** The request target as it came. */
  readonly target: string;
  /** Every value of the header. */
  readonly header: (name: string) => readonly string[];
}

/** Headers that frame the message or identify the caller: a duplicate could be read in two ways. */
const singular = ['content-type', 'content-encoding', 'transfer-encoding', 'mcp-session-id', 'x-request-id'];
const printable = /^[\x21-\x7e]+$/;
/** A segment that means this folder or the one above, however it is written. */
const dotSegment = /(^|[/\\]|%2f|%5c)(\.|%2e){1,2}($|[/\\]|%2f|%5c)/i;
const controlEscape = /%([01][0-9a-f]|7f|5c)/i;

/**
 * Why a request is rejected before anybody looks at what it asks: it is valid HTTP for some, and something else for others
 * (RFC 9112, sections 3.2, 6.1 and 11.2). Undefined for a request that can be read in one way only.
 */
export function requestLineError({ httpVersion, target, header }: RequestShape): string | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'unsupported HTTP version: use HTTP/1.1';
  const message = requestTargetError(target);
  if (message !== undefined) return message;
  const doubled = singular.find((name) => header(name).length > 1);
  if (doubled !== undefined) return `the request has two ${doubled} headers`;
  const [coding] = header('transfer-encoding');
  if (coding === undefined) return undefined;
  if (httpVersion === '1.0') return 'HTTP/1.0 has no Transfer-Encoding';
  return coding.toLowerCase() === 'chunked' ? undefined : 'the only Transfer-Encoding is chunked';
}

/** Only the origin form, without what others would resolve before they compare it. */
function requestTargetError(target: string): string | undefined {
  if (!target.startsWith('/') || target.includes('#') || !printable.test(target)) {
    return 'the request target must be a path, and a query where one is needed';
  }
  const [path = ''] = target.split('?', 1);
  const isPlain = !path.includes('\\') && !dotSegment.test(path) && !controlEscape.test(path);
  return isPlain ? undefined : 'the path must not have dot segments, backslashes or control characters';
}
