import { diffRows, type DiffRow } from './textDiff.ts';

/** Lines of the base that others replace: `to` is the first that stays. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/**
 * Both sides' changes of a text, line by line; null where they changed the same or neighbouring lines differently.
 * @param base what both were made from
 */
export function mergeText(base: string, mine: string, theirs: string): string | null {
  const edits = [...editsOf(base, mine), ...editsOf(base, theirs)].sort(
    (a, b) => a.from - b.from || a.to - b.to,
  );
  const lines = base.split('\n');
  const merged: string[] = [];
  let done = 0;
  let last: Edit | undefined;
  for (const edit of edits) {
    if (last !== undefined && isEqual(last, edit)) continue;
    if (last !== undefined && edit.from <= last.to) return null;
    merged.push(...lines.slice(done, edit.from), ...edit.lines);
    done = edit.to;
    last = edit;
  }
  return [...merged, ...lines.slice(done)].join('\n');
}

function editsOf(base: string, changed: string): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let open: DiffRow[] = [];
  const close = (): void => {
    if (open.length === 0) return;
    const removed = open.filter(({ kind }) => kind === 'removed').length;
    const lines = open.filter(({ kind }) => kind === 'added').map(({ text }) => text);
    edits.push({ from: at - removed, to: at, lines });
    open = [];
  };
  for (const row of diffRows(base, changed)) {
    if (row.kind === 'same') close();
    else open.push(row);
    if (row.kind !== 'added') at += 1;
  }
  close();
  return edits;
}

function isEqual(a: Edit, b: Edit): boolean {
  return a.from === b.from && a.to === b.to && a.lines.join('\n') === b.lines.join('\n');
}
