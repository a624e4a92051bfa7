const maxLength = 200;

/** A URI as it may be logged: without what may be secret in it (credentials, query, fragment), and short. */
export function recordedUri(uri: string): string {
  const bare = uri.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, '$1…@').replace(/[?#].*$/s, '?…');
  const short = bare.length > maxLength ? `${bare.slice(0, maxLength)}…` : bare;
  // A scheme without an authority (data:, mailto:) may hold anything.
  return /^data:/i.test(short) ? 'data:…' : short.toWellFormed();
}
