import { isRecord } from '../json/isRecord.ts';
import type { Tool } from '../catalog/tools.ts';
import { firstSentence } from './firstSentence.ts';
import { nameKey, wordsOf } from './words.ts';

/** Weight of a word in each field, and the usual length of such a text (BM25F: the longer, the less each word counts). */
const fields = {
  name: { weight: 8, usual: 3, penalty: 0.3 },
  title: { weight: 2, usual: 3, penalty: 0.5 },
  lead: { weight: 1.5, usual: 12, penalty: 0.6 },
  description: { weight: 0.5, usual: 30, penalty: 0.75 },
  parameters: { weight: 0.8, usual: 6, penalty: 0.75 },
  parameterTexts: { weight: 0.5, usual: 40, penalty: 0.75 },
  server: { weight: 4, usual: 2, penalty: 0.3 },
  instructions: { weight: 0.15, usual: 60, penalty: 0.75 },
} as const;
type Field = keyof typeof fields;

/** In which tools of a list a word occurs, by their place in it, and how much it counts there. */
export interface Posting {
  readonly places: number[];
  readonly weights: number[];
}

/** Text about a server besides its tools. */
export interface ServerTexts {
  readonly id: string;
  /** Its title and instructions. */
  readonly about: string;
}

/** Maximum depth and width of a schema that is indexed. */
const maxDepth = 3;
const maxParameters = 200;

/** The words of one server's tools. Built once for a list; which of the tools a client may use is a question of the search. */
export class ToolIndex {
  readonly size: number;
  /** All words, sorted. */
  readonly words: readonly string[];
  readonly #postings: ReadonlyMap<string, Posting>;
  readonly #names = new Map<string, number[]>();

  constructor(server: ServerTexts, tools: readonly Tool[]) {
    const postings = new Map<string, Posting>();
    const shared: [Field, readonly string[]][] = [
      ['server', wordsOf(server.id)],
      ['instructions', wordsOf(server.about)],
    ];
    for (const [place, tool] of tools.entries()) {
      for (const [word, weight] of weightsOf([...textsOf(tool), ...shared])) {
        const posting = postings.get(word) ?? { places: [], weights: [] };
        postings.set(word, posting);
        posting.places.push(place);
        posting.weights.push(weight);
      }
      for (const key of new Set([nameKey(tool.name), nameKey(`${server.id}__${tool.name}`)]))
        this.#names.set(key, [...(this.#names.get(key) ?? []), place]);
    }
    this.size = tools.length;
    this.#postings = postings;
    this.words = [...postings.keys()].sort();
  }

  posting(word: string): Posting | undefined {
    return this.#postings.get(word);
  }

  /** The tools whose name is this, however it is spelled. */
  named(key: string): readonly number[] {
    return this.#names.get(key) ?? [];
  }
}

function textsOf(tool: Tool): [Field, readonly string[]][] {
  const description = textOf(tool['description']).trim();
  const lead = firstSentence(description);
  const rest = description.slice(lead.length);
  const parameters = { names: [] as string[], texts: [] as string[] };
  collectParameters(tool['inputSchema'], parameters, maxDepth);
  return [
    ['name', wordsOf(tool.name)],
    ['title', wordsOf(`${textOf(tool['title'])} ${annotationTitle(tool)}`)],
    ['lead', wordsOf(lead)],
    ['description', wordsOf(rest)],
    ['parameters', wordsOf(parameters.names.join(' '))],
    ['parameterTexts', wordsOf(parameters.texts.join(' '))],
  ];
}

function annotationTitle(tool: Tool): string {
  const { annotations } = tool;
  return isRecord(annotations) ? textOf(annotations['title']) : '';
}

function collectParameters(schema: unknown, into: { names: string[]; texts: string[] }, depth: number): void {
  if (depth === 0 || !isRecord(schema)) return;
  const { properties, items } = schema;
  collectParameters(items, into, depth - 1);
  if (!isRecord(properties)) return;
  for (const [name, property] of Object.entries(properties)) {
    if (into.names.length >= maxParameters) return;
    into.names.push(name);
    if (isRecord(property)) into.texts.push(textOf(property['description']));
    collectParameters(property, into, depth - 1);
  }
}

function weightsOf(texts: readonly (readonly [Field, readonly string[]])[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [field, words] of texts) {
    const { weight, usual, penalty } = fields[field];
    const each = weight / (1 - penalty + (penalty * words.length) / usual);
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, count] of counts) weights.set(word, (weights.get(word) ?? 0) + each * count);
  }
  return weights;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
