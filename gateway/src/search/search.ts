import { termsOf, type Term } from './terms.ts';
import type { Posting, ToolIndex } from './toolIndex.ts';
import { WordLookup } from './wordLookup.ts';
import { nameKey } from './words.ts';

/** The tools of one server, and which of them may be found: 1 at the place of each that the client may use. */
export interface Searched {
  readonly serverId: string;
  readonly index: ToolIndex;
  readonly usable: Uint8Array;
}

/** A tool that was found: its server, and its place in that server's list. */
export interface Hit {
  readonly serverId: string;
  readonly place: number;
  readonly score: number;
}

/** BM25's k1: how quickly repeated occurrences of a word saturate. */
const saturation = 2.5;
/** How much the fit of a server counts, relative to that of a tool: a task of a board is more likely for the server of boards. */
const serverWeight = 0.3;

/**
 * The tools that fit several wordings of one need best. Each wording is searched by BM25; their scores, each relative to the best
 * of its wording, are summed. A wording that is a tool's name finds that tool first, whatever others write into their descriptions.
 * How rare a word is, is counted over the tools that may be found alone: others leave no trace. The same input gives the same result.
 */
export function searchTools(
  searched: readonly Searched[],
  wordings: readonly string[],
  limit: number,
): Hit[] {
  const total = searched.map(({ index }) => new Float64Array(index.size));
  const lookup = new WordLookup(searched);
  for (const wording of wordings) {
    const scores = scoresOf(searched, termsOf(wording, lookup));
    const best = scores.reduce((most, list) => list.reduce((a, b) => Math.max(a, b), most), 0);
    if (best > 0) for (const [at, list] of scores.entries()) addScores(total[at], list, best);
    addNamed(searched, total, nameKey(wording), wordings.length + 1);
  }
  const hits = searched.flatMap(({ serverId }, at) =>
    [...(total[at] ?? [])].flatMap((score, place) => (score > 0 ? [{ serverId, place, score }] : [])),
  );
  return interleaved(hits).slice(0, limit);
}

function addNamed(
  searched: readonly Searched[],
  total: readonly Float64Array[],
  key: string,
  bonus: number,
): void {
  for (const [at, { index, usable }] of searched.entries()) {
    const sum = total[at];
    for (const place of index.named(key))
      if (usable[place] === 1 && sum !== undefined) sum[place] = (sum[place] ?? 0) + bonus;
  }
}

/** The sum over all terms; a tool with none of them has 0, however well its server fits. */
function scoresOf(searched: readonly Searched[], terms: readonly Term[]): Float64Array[] {
  const scores = searched.map(({ index }) => new Float64Array(index.size));
  for (const term of terms)
    for (const [at, list] of bestOf(searched, term).entries()) addScores(scores[at], list);
  for (const [at, list] of scores.entries()) {
    const bonus = serverWeight * (sumOf(list) / Math.max(1, sumOf(searched[at]?.usable ?? [])));
    for (let place = 0; place < list.length; place++)
      if ((list[place] ?? 0) > 0) list[place] = (list[place] ?? 0) + bonus;
  }
  return scores;
}

function sumOf(list: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < list.length; n++) sum += list[n] ?? 0;
  return sum;
}

/** Per tool, the best match of a term. */
function bestOf(searched: readonly Searched[], term: Term): Float64Array[] {
  const best = searched.map(({ index }) => new Float64Array(index.size));
  for (const [{ rarity, postings }, weight] of term)
    for (const [at, { usable }] of searched.entries()) raise(best[at], postings[at], usable, weight * rarity);
  return best;
}

function raise(
  best: Float64Array | undefined,
  posting: Posting | undefined,
  usable: Uint8Array,
  factor: number,
): void {
  if (best === undefined || posting === undefined) return;
  const { places, weights } = posting;
  for (let n = 0; n < places.length; n++) {
    const [place = 0, count = 0] = [places[n], weights[n]];
    if (usable[place] !== 1) continue;
    best[place] = Math.max(best[place] ?? 0, (factor * count) / (saturation + count));
  }
}

/** Adds scores, relative to the best. */
function addScores(sum: Float64Array | undefined, list: Float64Array, best = 1): void {
  if (sum === undefined) return;
  for (let place = 0; place < list.length; place++)
    sum[place] = (sum[place] ?? 0) + (list[place] ?? 0) / best;
}

/** The best first; servers take turns where scores are equal. */
function interleaved(hits: readonly Hit[]): Hit[] {
  const turns = new Map<string, number>();
  const placed = hits.map((hit) => {
    const key = `${hit.serverId} ${String(hit.score)}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return { hit, turn };
  });
  // Sorting is stable: otherwise servers and tools keep their order.
  placed.sort((a, b) => b.hit.score - a.hit.score || a.turn - b.turn);
  return placed.map(({ hit }) => hit);
}
