/**
 * What was written between two looks at the end of a text of which only the end is kept: what follows the longest end of `before`
 * that `now` begins with. All of `now` where they have nothing in common, as after a new start.
 */
export function addedText(before: string, now: string): string {
  return now.slice(overlap(before, now));
}

/** By the prefix function (Knuth, Morris, Pratt), so that the time is linear whatever is written. */
function overlap(before: string, now: string): number {
  const shorter = new Int32Array(now.length);
  const grown = (matched: number, unit: string | undefined): number => {
    let length = matched === now.length && matched > 0 ? (shorter[matched - 1] ?? 0) : matched;
    while (length > 0 && unit !== now[length]) length = shorter[length - 1] ?? 0;
    return unit === now[length] ? length + 1 : 0;
  };
  for (let at = 1; at < now.length; at++) shorter[at] = grown(shorter[at - 1] ?? 0, now[at]);
  let matched = 0;
  for (let at = 0; at < before.length; at++) matched = grown(matched, before[at]);
  return matched;
}
