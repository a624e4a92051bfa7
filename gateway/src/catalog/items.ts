import { isRecord } from '../json/isRecord.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AnsweredError, UpstreamError } from '../errors.ts';
import type { UpstreamAnswer } from '../upstream/types.ts';

/** What servers list. */
export type Kind = 'tools' | 'prompts' | 'resources' | 'templates';

/** These, and the tasks that clients have created. */
type ListedKind = Kind | 'tasks';

/** A listed item as its server describes it: its identifier is checked, everything else is forwarded unchanged. */
export type Item = Readonly<Record<string, unknown>>;

/** An item identified by name: a tool or a prompt. */
export type NamedItem = Item & { readonly name: string };

interface KindNames {
  readonly method: string;
  /** The member of the result that contains the list. */
  readonly member: string;
  /** The property that identifies an item. */
  readonly id: string;
  /** The capability that declares such a list. */
  readonly capability: string;
}

export const kinds: Readonly<Record<ListedKind, KindNames>> = {
  tools: { method: 'tools/list', member: 'tools', id: 'name', capability: 'tools' },
  prompts: { method: 'prompts/list', member: 'prompts', id: 'name', capability: 'prompts' },
  resources: { method: 'resources/list', member: 'resources', id: 'uri', capability: 'resources' },
  templates: {
    method: 'resources/templates/list',
    member: 'resourceTemplates',
    id: 'uriTemplate',
    capability: 'resources',
  },
  tasks: { method: 'tasks/list', member: 'tasks', id: 'taskId', capability: 'tasks' },
};

const maxPages = 100;
const maxItems = 10_000;
/** Bytes of items measured before yielding to the event loop. */
const measuredPerTurn = 256 * 1024;

/** Sends one list request, with the retries that the registry configures. */
export type ListPage = (cursor: string | undefined) => Promise<UpstreamAnswer>;

/** A fault of a list whose items are still used. */
export type Incomplete = (what: string) => void;

export interface ItemList {
  readonly items: readonly Item[];
  /** The server lists more than the limit; the rest is left out. */
  readonly cut: boolean;
  /** A later page failed: a retry may return more. */
  readonly partial: boolean;
}

/** Failures of one page that don't affect the pages before it. */
const ofOnePage: ReadonlySet<UpstreamError['kind']> = new Set([
  'protocol',
  'timeout',
  'too_large',
  'http_status',
]);

/**
 * Reads all pages of a list (MCP 2025-11-25, server/utilities/pagination), up to a limit. A repeated or invalid cursor, or a page
 * that fails, ends the list: earlier pages are kept.
 * @param maxBytes limit of all pages together, as JSON
 * @throws UpstreamError of kind `protocol` if the first page is not such a list; AnsweredError for an error
 */
export async function readAllItems(
  kind: ListedKind,
  page: ListPage,
  maxBytes: number,
  incomplete: Incomplete = () => undefined,
): Promise<ItemList> {
  const items = new Map<string, Item>();
  const seen = new Set<unknown>([undefined]);
  let cursor: string | undefined;
  let room = maxBytes;
  for (let pages = 0; pages < maxPages; pages++) {
    const known = items.size;
    const answer = await readPage(kind, page, cursor);
    if (answer instanceof UpstreamError) {
      incomplete(`a failure on page ${pages + 1} (${answer.message})`);
      return { items: [...items.values()], cut: false, partial: true };
    }
    const { found, next } = answer;
    const fitting = answer.bytes <= room ? found : await firstWithin(found, room);
    room -= answer.bytes;
    for (const [id, item] of fitting) if (!items.has(id)) items.set(id, item);
    if (pages > 0 && found.length > 0 && items.size === known) incomplete('a page that it had listed before');
    if (items.size > maxItems) {
      incomplete(`more than ${maxItems} of them`);
      return { items: [...items.values()].slice(0, maxItems), cut: false, partial: false };
    }
    const cut = fitting.length < found.length || (room < 0 && next !== undefined);
    if (cut || next === undefined) return { items: [...items.values()], cut, partial: false };
    const trouble = troubleWith(next, seen);
    if (trouble !== undefined) {
      incomplete(trouble);
      return { items: [...items.values()], cut, partial: false };
    }
    seen.add(next);
    cursor = next as string;
  }
  incomplete(`more than ${maxPages} pages`);
  return { items: [...items.values()], cut: false, partial: false };
}

function troubleWith(cursor: unknown, seen: ReadonlySet<unknown>): string | undefined {
  if (typeof cursor !== 'string') return 'a cursor that is not a string';
  // Most servers that send an empty cursor mean "from the start".
  if (cursor === '') return 'an empty cursor';
  return seen.has(cursor) ? 'the same cursor twice' : undefined;
}

/** The first items that fit into `maxBytes`. Measured only if a page exceeds the limit. */
async function firstWithin<T extends readonly [string, Item]>(
  found: readonly T[],
  maxBytes: number,
): Promise<readonly T[]> {
  let bytes = 0;
  let measured = 0;
  for (const [index, [, item]] of found.entries()) {
    const size = Buffer.byteLength(JSON.stringify(item));
    bytes += size;
    if (bytes > maxBytes) return found.slice(0, index);
    measured += size;
    if (measured < measuredPerTurn) continue;
    measured = 0;
    await nextTurn();
  }
  return found;
}

interface Page {
  readonly found: readonly (readonly [string, Item])[];
  readonly next: unknown;
  readonly bytes: number;
}

/** Returns the failure of a page after the first instead of throwing it, so that earlier pages are kept. */
async function readPage(
  kind: ListedKind,
  page: ListPage,
  cursor: string | undefined,
): Promise<Page | UpstreamError> {
  try {
    const answer = await page(cursor);
    return { ...itemsIn(kind, answer), bytes: answer.bytes };
  } catch (error) {
    if (cursor !== undefined && error instanceof UpstreamError && ofOnePage.has(error.kind)) return error;
    throw error;
  }
}

function itemsIn(kind: ListedKind, answer: UpstreamAnswer): Omit<Page, 'bytes'> {
  if ('error' in answer) throw answeredWith(kind, answer.error);
  const { member, id } = kinds[kind];
  const list = isRecord(answer.result) ? answer.result[member] : undefined;
  if (!isRecord(answer.result) || !Array.isArray(list)) throw badList(kind, 'no list');
  const found = list.flatMap((item: unknown): [string, Item][] => {
    const value = isRecord(item) ? item[id] : undefined;
    return isRecord(item) && typeof value === 'string' && value !== '' ? [[value, item]] : [];
  });
  return { found, next: answer.result['nextCursor'] ?? undefined };
}

/** The error that a server answered a list with. */
export function answeredWith(kind: ListedKind, rpc: AnsweredError['rpc']): AnsweredError {
  return new AnsweredError(badList(kind, `error ${rpc.code}`).message, rpc);
}

function badList(kind: ListedKind, what: string): UpstreamError {
  return new UpstreamError('protocol', `the server answered ${kinds[kind].method} with ${what}`);
}
