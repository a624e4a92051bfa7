export interface DiffRow {
  readonly kind: 'same' | 'removed' | 'added' | 'gap';
  readonly text: string;
  /** Line numbers from 1; null on the side that does not have the line. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Line by line what changed between two texts, with `context` unchanged lines around each change. */
export function textDiff(before: string, after: string, context = 3): DiffRow[] {
  return withoutFarLines(diffRows(before, after), context);
}

/** Every line of both texts. */
export function diffRows(before: string, after: string): DiffRow[] {
  return allRows(linesOf(before), linesOf(after));
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function allRows(before: readonly string[], after: readonly string[]): DiffRow[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const rows: DiffRow[] = [];
  const same = (text: string, at: number, to: number): void =>
    void rows.push({ kind: 'same', text, before: at + 1, after: to + 1 });
  for (let at = 0; at < head; at += 1) same(before[at] ?? '', at, at);
  const middle = changedMiddle(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
  );
  for (const row of middle) {
    const shift = (line: number | null): number | null => (line === null ? null : line + head);
    rows.push({ ...row, before: shift(row.before), after: shift(row.after) });
  }
  for (let at = tail; at > 0; at -= 1) {
    same(before[before.length - at] ?? '', before.length - at, after.length - at);
  }
  return rows;
}

/** Longest common subsequence over what is between the equal head and tail; small for a registry's edits. */
function changedMiddle(before: readonly string[], after: readonly string[]): DiffRow[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (left: number, right: number): number => common[left * width + right] ?? 0;
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      common[left * width + right] =
        before[left] === after[right]
          ? at(left + 1, right + 1) + 1
          : Math.max(at(left + 1, right), at(left, right + 1));
    }
  }
  const rows: DiffRow[] = [];
  let left = 0;
  let right = 0;
  while (left < before.length || right < after.length) {
    const old = before[left];
    const young = after[right];
    if (old !== undefined && old === young) {
      rows.push({ kind: 'same', text: old, before: ++left, after: ++right });
    } else if (old !== undefined && (young === undefined || at(left + 1, right) >= at(left, right + 1))) {
      rows.push({ kind: 'removed', text: old, before: ++left, after: null });
    } else {
      rows.push({ kind: 'added', text: young ?? '', before: null, after: ++right });
    }
  }
  return rows;
}

function withoutFarLines(rows: readonly DiffRow[], context: number): DiffRow[] {
  const near = new Set<number>();
  rows.forEach((row, index) => {
    if (row.kind === 'same') return;
    for (let at = index - context; at <= index + context; at += 1) near.add(at);
  });
  const shown: DiffRow[] = [];
  rows.forEach((row, index) => {
    if (near.has(index)) shown.push(row);
    else if (near.size > 0 && shown.at(-1)?.kind !== 'gap') {
      shown.push({ kind: 'gap', text: '', before: null, after: null });
    }
  });
  return shown;
}
