import type { AuditFilter } from '../audit/read/filter.ts';
import { groupTest } from '../audit/index/answers.ts';
import type { LogIndex } from '../audit/index/logIndex.ts';
import { countMatches, tallyMatches, type Count, type Page } from '../audit/read/search.ts';
import { filterKey } from '../audit/read/filterKey.ts';

const remembered = 32;

/** How many lines match a filter over the whole log; what was counted once is not read again, since the log only grows. */
export class AuditCounts {
  readonly #path: string;
  readonly #index: LogIndex;
  readonly #counts = new Map<string, Count>();

  constructor(path: string, index: LogIndex) {
    this.#path = path;
    this.#index = index;
  }

  /**
   * @param page the page of this filter that was just read, when it was the newest one
   * @throws the file system's error
   */
  async of(filter: AuditFilter, page?: Page): Promise<Pick<Count, 'matched' | 'exact'>> {
    if (groupTest(filter).isExact) return { matched: await this.#summed(filter), exact: true };
    const key = filterKey(filter);
    const known = this.#counts.get(key);
    const count = known === undefined ? await this.#first(filter, page) : await this.#more(filter, known);
    this.#counts.delete(key);
    this.#counts.set(key, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > remembered && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }

  async #first(filter: AuditFilter, page: Page | undefined): Promise<Count> {
    if (page === undefined) return countMatches(this.#path, filter, { index: this.#index });
    const { lines, next, end } = page;
    if (next === null) return { matched: lines.length, exact: true, end };
    const older = await countMatches(this.#path, filter, { before: next, index: this.#index });
    return { matched: lines.length + older.matched, exact: older.exact, end };
  }

  async #more(filter: AuditFilter, known: Count): Promise<Count> {
    const newer = await countMatches(this.#path, filter, { from: known.end, index: this.#index });
    return { matched: known.matched + newer.matched, exact: known.exact && newer.exact, end: newer.end };
  }

  /** From the index, which knows all that the filter asks for. */
  async #summed(filter: AuditFilter): Promise<number> {
    let matched = 0;
    const tally = {
      slotOf: () => 0,
      line: () => (matched += 1),
      group: ({ count }: { readonly count: number }) => (matched += count),
    };
    await tallyMatches(this.#path, filter, tally, this.#index);
    return matched;
  }
}
