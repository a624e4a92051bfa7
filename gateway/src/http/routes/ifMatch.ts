/**
 * The revision that `If-Match` names (RFC 9110 section 13.1.1), without its quotes; undefined where any will do: no header, or
 * `*`. What is not a single strong entity tag stays as it is and so matches no revision.
 */
export function readIfMatch(header: string | undefined): string | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  return /^\s*"([^"]*)"\s*$/.exec(header)?.[1] ?? header;
}
