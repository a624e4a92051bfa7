import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Tool } from '../../src/catalog/tools.ts';
import { searchTools, type Searched } from '../../src/search/search.ts';
import { ToolIndex, type Posting } from '../../src/search/toolIndex.ts';
import { percentile } from '../report/statistics.ts';

/** Servers, and tools of each: as many as anybody has. */
const [servers, toolsEach] = [20, 100];

const verbs = 'create list read update delete search merge export import archive start stop'.split(' ');
const nouns =
  'issue page invoice channel message file branch deployment record ticket image report dashboard user'.split(
    ' ',
  );
const manner =
  'by its identifier and returns all fields with the time of the last change as the interface of the service gives them'.split(
    ' ',
  );

/** Five wordings of one need, as a model gives them. */
export const wordings: readonly string[] = [
  'close the ticket about the broken invoice export',
  'update issue status',
  'archive a record of the service',
  'change the state of an issue to done',
  'update_issue',
];

/** An index that tells how much of it was read. */
class CountedIndex extends ToolIndex {
  /** Entries of postings that were given to the search. */
  read = 0;

  override posting(word: string): Posting | undefined {
    const posting = super.posting(word);
    this.read += posting?.places.length ?? 0;
    return posting;
  }
}

/** 2,000 tools of 20 servers with descriptions and parameters of usual length, all of them usable; the same each time. */
export function manyTools(): (Searched & { readonly index: CountedIndex })[] {
  return Array.from({ length: servers }, (_, server) => {
    const id = `server-${server}`;
    const tools = Array.from({ length: toolsEach }, (_, n) => toolOf(server * toolsEach + n));
    const index = new CountedIndex({ id, about: `${id}: ${manner.join(' ')}` }, tools);
    return { serverId: id, index, usable: new Uint8Array(tools.length).fill(1) };
  });
}

function toolOf(n: number): Tool {
  const [verb = '', noun = '', other = ''] = [
    verbs[n % verbs.length],
    nouns[Math.floor(n / verbs.length) % nouns.length],
    nouns[(n * 7) % nouns.length],
  ];
  const description = `${verb} one ${noun} ${manner.join(' ')}. Give the ${other} where the ${noun} belongs to one (kind ${n}).`;
  const parameter = (name: string) =>
    [name, { type: 'string', description: `The ${name} of the ${noun}` }] as const;
  return {
    name: `${verb}_${noun}_${n}`,
    description,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries([`${noun}_id`, `${other}_name`, 'cursor', 'limit'].map(parameter)),
    },
  };
}

/** At least what an index holds, in bytes: two numbers an entry, the letters of each word, and the objects around them. */
export function indexBytes(index: ToolIndex): number {
  return index.words.reduce(
    (sum, word) => sum + word.length + 16 * (index.posting(word)?.places.length ?? 0) + 200,
    0,
  );
}

/** What a search among 2,000 tools costs. */
export interface SearchCost {
  /** Bytes of heap that the indexes take. */
  readonly heapBytes: number;
  /** CPU of a query of five wordings. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const queries = 300;

/** Measures in this process, once the code is warm. */
export function searchCost(): SearchCost {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const searched = manyTools();
  collect();
  const heapBytes = process.memoryUsage().heapUsed - before;
  for (let n = 0; n < queries; n++) searchTools(searched, wordings, 20);
  const cpu = process.cpuUsage();
  const times = Array.from({ length: queries }, () => {
    const began = performance.now();
    searchTools(searched, wordings, 20);
    return performance.now() - began;
  }).sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000 / queries;
  return { heapBytes, cpuMs, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) };
}
