import type { AuditFilter } from '../audit/read/filter.ts';
import { countMatches, type Count, type Page } from '../audit/read/search.ts';
import { filterKey } from '../audit/read/filterKey.ts';

const remembered = 32;

/** How many lines match a filter over the whole log; what was counted once is not read again, since the log only grows. */
export class AuditCounts {
  readonly #path: string;
  readonly #counts = new Map<string, Count>();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * @param page the page of this filter that was just read, when it was the newest one
   * @throws the file system's error
   */
  async of(filter: AuditFilter, page?: Page): Promise<Pick<Count, 'matched' | 'exact'>> {
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
    if (page === undefined) return countMatches(this.#path, filter);
    const { lines, next, end } = page;
    if (next === null) return { matched: lines.length, exact: true, end };
    const older = await countMatches(this.#path, filter, { before: next });
    return { matched: lines.length + older.matched, exact: older.exact, end };
  }

  async #more(filter: AuditFilter, known: Count): Promise<Count> {
    const newer = await countMatches(this.#path, filter, { from: known.end });
    return { matched: known.matched + newer.matched, exact: known.exact && newer.exact, end: newer.end };
  }
}
