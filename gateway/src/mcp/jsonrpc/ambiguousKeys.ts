/** The members of `params` by which requests are decided, forwarded and logged. */
const ofParams = ['name', 'arguments', '_meta', 'uri', 'cursor', 'ref', 'argument', 'task', 'taskId'];
/** Those of `params.ref`, which names what is completed. */
const ofRef = ['type', 'name', 'uri'];

/**
 * The first key of `params` that some servers take for a known one although it is spelled differently (JSON libraries of
 * several languages match keys without regard to case, and the last match wins): what was checked would not be what they act on.
 */
export const ambiguousKey = finder(ofParams);

/** The same for `params.ref`. */
export const ambiguousRefKey = finder(ofRef);

function finder(members: readonly string[]): (object: object) => string | undefined {
  const known = new Set(members);
  const folded = new Set(members.map(fold));
  return (object) => Object.keys(object).find((key) => !known.has(key) && folded.has(fold(key)));
}

/** Case folding as Go's encoding/json has it, where the long s is an s and the Kelvin sign a k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
