/** A run of words that both texts have, or only one of them. */
export interface WordRun {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Texts that differ in more words than this are shown whole, one after the other. */
const maxChanges = 2_000;

/** Word by word what changed between two texts. The library is loaded when it is needed. */
export async function wordDiff(before: string, after: string): Promise<WordRun[]> {
  const { diffWordsWithSpace } = await import('diff');
  const runs = diffWordsWithSpace(before, after, { maxEditLength: maxChanges });
  if (runs === undefined) {
    return [
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ];
  }
  return runs.map(({ value, added, removed }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}
