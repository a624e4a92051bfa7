import type { SearchCost } from './cost.ts';
import { scoreOf, type Ranked, type Score } from './score.ts';

/** What a list costs before and after, and how well the search finds. */
export interface SearchFigures {
  readonly servers: number;
  readonly tools: number;
  readonly listBytes: number;
  readonly searchBytes: number;
  readonly ranked: readonly Ranked[];
}

/** Characters of JSON a token, as a rule of thumb. */
const bytesPerToken = 4;

/** As it is in docs/tool-search.md. */
export function searchReport({ servers, tools, listBytes, searchBytes, ranked }: SearchFigures): string {
  const tuned = ranked.filter(({ task }) => !task.kept);
  const kept = ranked.filter(({ task }) => task.kept);
  const misses = ranked.filter(({ worded }) => worded === undefined || worded > 5);
  return `${servers} servers with ${tools} tools. The list of all: ${sizeOf(listBytes)}; in search mode: ${sizeOf(searchBytes)}.

| the right tool is | first, task alone | among five, task alone | first, four wordings | among five, four wordings |
|---|---:|---:|---:|---:|
${rowOf('all tasks', scoreOf(ranked))}
${rowOf('half that tuning may look at', scoreOf(tuned))}
${rowOf('half kept for this figure', scoreOf(kept))}

Not among the first five with four wordings:

| task | a right tool | found in its place |
|---|---|---|
${misses.map(missOf).join('\n')}`;
}

/** For docs/performance.md. */
export function costLine({ heapBytes, cpuMs, p50Ms, p99Ms }: SearchCost): string {
  const mib = (heapBytes / 1024 ** 2).toFixed(1);
  const ms = [cpuMs, p50Ms, p99Ms].map((each) => each.toFixed(1));
  return `2,000 tools: the indexes take ${mib} MiB; a query of five wordings ${ms[0]} ms of CPU, p50 ${ms[1]} ms, p99 ${ms[2]} ms.`;
}

function rowOf(name: string, { tasks, alone, worded }: Score): string {
  const cells = [alone.first, alone.five, worded.first, worded.five].map(
    (share) => `${(share * 100).toFixed(0)} %`,
  );
  return `| ${name} (${tasks}) | ${cells.join(' | ')} |`;
}

function missOf({ task, found, worded }: Ranked): string {
  const at = worded === undefined ? '' : ` (place ${worded})`;
  const [wanted = ''] = task.tools;
  const instead = found.slice(0, 2).map((name) => `\`${name}\``);
  return `| ${task.task} | \`${wanted}\`${at} | ${instead.join(', ') || 'nothing'} |`;
}

function sizeOf(bytes: number): string {
  const tokens = Math.round(bytes / bytesPerToken / 100) * 100;
  return `${(bytes / 1024).toFixed(0)} KB, about ${tokens.toLocaleString('en')} tokens`;
}
