/** The members of `params` by which requests are decided, forwarded and put on record. */
const known: ReadonlySet<string> = new Set([
  'name',
  'arguments',
  '_meta',
  'uri',
  'cursor',
  'ref',
  'argument',
  'task',
  'taskId',
]);
const folded: ReadonlySet<string> = new Set([...known].map(fold));

/**
 * The first key that some servers take for a known one although it is spelled differently (JSON libraries of several languages
 * match keys without regard to case, and the last match wins): what was checked would not be what they act on.
 */
export function ambiguousKey(params: object): string | undefined {
  for (const key of Object.keys(params)) {
    if (!known.has(key) && folded.has(fold(key))) return key;
  }
  return undefined;
}

/** Case folding as Go's encoding/json has it, where the long s is an s and the Kelvin sign a k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
