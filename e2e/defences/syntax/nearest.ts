/** The candidates that share the most pairs of letters with `wanted`, best first. */
export function nearest(wanted: string, candidates: readonly string[], most = 5): readonly string[] {
  const pairs = pairsOf(wanted);
  const likeness = (candidate: string): number => {
    const own = pairsOf(candidate);
    const shared = [...own].filter((pair) => pairs.has(pair)).length;
    return own.size === 0 ? 0 : (2 * shared) / (own.size + pairs.size);
  };
  return candidates.toSorted((a, b) => likeness(b) - likeness(a)).slice(0, most);
}

function pairsOf(text: string): ReadonlySet<string> {
  const letters = text.toLowerCase();
  return new Set(Array.from({ length: Math.max(0, letters.length - 1) }, (_, i) => letters.slice(i, i + 2)));
}
