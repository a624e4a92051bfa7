/** Members of `params` that decide how a request is checked, forwarded and logged. */
const ofParams = ['name', 'arguments', '_meta', 'uri', 'cursor', 'ref', 'argument', 'task', 'taskId'];
/** Those of `params.ref`, the target of a completion. */
const ofRef = ['type', 'name', 'uri'];

/**
 * The first key of `params` that some servers match with a known one of different spelling (JSON libraries of several languages
 * match keys case-insensitively, and the last match wins): such servers would act on other values than those checked.
 */
export const ambiguousKey = finder(ofParams);

/** The same for `params.ref`. */
export const ambiguousRefKey = finder(ofRef);

function finder(members: readonly string[]): (object: object) => string | undefined {
  const known = new Set(members);
  const folded = new Set(members.map(fold));
  return (object) => Object.keys(object).find((key) => !known.has(key) && folded.has(fold(key)));
}

/** Case folding as in Go's encoding/json: the long s equals s, and the Kelvin sign equals k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
