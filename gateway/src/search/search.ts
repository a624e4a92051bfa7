import { expansionsOf } from './expansions.ts';
import type { Posting, ToolIndex } from './toolIndex.ts';
import { nameKey, wordsOf } from './words.ts';

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
const saturation = 1.2;
/** Maximum words searched per wording. */
const maxWords = 32;

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
  for (const wording of wordings) {
    const words = [...new Set(wordsOf(wording))].slice(0, maxWords);
    const scores = scoresOf(searched, words);
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

interface Match {
  readonly posting: Posting;
  /** Index in `searched`. */
  readonly at: number;
  readonly word: string;
  readonly weight: number;
}

function scoresOf(searched: readonly Searched[], words: readonly string[]): Float64Array[] {
  const scores = searched.map(({ index }) => new Float64Array(index.size));
  const tools = searched.reduce((sum, { usable }) => sum + usable.reduce((count, one) => count + one, 0), 0);
  const indexes = searched.map(({ index }) => index);
  for (const word of words) {
    const matches = expansionsOf(word, indexes).flatMap(({ word: meant, weight }) =>
      indexes.flatMap((index, at): Match[] => {
        const posting = index.posting(meant);
        return posting === undefined ? [] : [{ posting, at, word: meant, weight }];
      }),
    );
    const rarity = raritiesOf(matches, searched, tools);
    // Of the forms of one word, only the best match counts.
    const best = searched.map(({ index }) => new Float64Array(index.size));
    for (const { posting, at, word: meant, weight } of matches) {
      const [list, usable] = [best[at], searched[at]?.usable];
      if (list === undefined || usable === undefined) continue;
      const factor = weight * (rarity.get(meant) ?? 0);
      const { places, weights } = posting;
      for (let n = 0; n < places.length; n++) {
        const place = places[n] ?? 0;
        if (usable[place] !== 1) continue;
        const count = weights[n] ?? 0;
        list[place] = Math.max(list[place] ?? 0, (factor * count) / (saturation + count));
      }
    }
    for (const [at, list] of best.entries()) addScores(scores[at], list);
  }
  return scores;
}

/** Adds scores, relative to the best. */
function addScores(sum: Float64Array | undefined, list: Float64Array, best = 1): void {
  if (sum === undefined) return;
  for (let place = 0; place < list.length; place++)
    sum[place] = (sum[place] ?? 0) + (list[place] ?? 0) / best;
}

/** BM25's inverse document frequency: the rarer a word is among the tools that may be found, the higher its weight. */
function raritiesOf(
  matches: readonly Match[],
  searched: readonly Searched[],
  tools: number,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { posting, at, word } of matches) {
    const usable = searched[at]?.usable;
    const found = posting.places.reduce((sum, place) => sum + (usable?.[place] ?? 0), 0);
    counts.set(word, (counts.get(word) ?? 0) + found);
  }
  return new Map(
    [...counts].map(([word, count]) => [word, Math.log(1 + (tools - count + 0.5) / (count + 0.5))]),
  );
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
