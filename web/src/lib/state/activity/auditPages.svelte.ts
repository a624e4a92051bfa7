import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import type { AuditPage, AuditQuery } from 'lmcp-gateway/src/api/audit.ts';
import type { Failure } from '#lib/api/request.ts';
import { session } from '../session.svelte.ts';

const pageSize = '200';

/** A search of the audit log, read page by page as the reader scrolls. */
export class AuditPages {
  lines = $state.raw<readonly AuditLine[]>([]);
  count = $state.raw<AuditPage['count'] | null>(null);
  failure = $state.raw<Failure | null>(null);
  loading = $state(false);
  #query: AuditQuery = {};
  #cursor: string | null = null;
  #search = 0;

  /** Starts over with other filters. */
  async search(query: AuditQuery): Promise<void> {
    this.#query = query;
    this.#search += 1;
    this.#cursor = null;
    this.count = null;
    this.lines = [];
    await this.#read();
  }

  again(): Promise<void> {
    return this.search(this.#query);
  }

  /** The next page, if there is one and it is not on its way. */
  async more(): Promise<void> {
    if (this.#cursor !== null && !this.loading) await this.#read();
  }

  async #read(): Promise<void> {
    const mine = this.#search;
    const cursor = this.#cursor;
    this.loading = true;
    const answer = await session.routes?.audit({
      ...this.#query,
      limit: pageSize,
      ...(cursor !== null && { cursor }),
    });
    if (answer === undefined || mine !== this.#search) return;
    this.loading = false;
    if (answer.ok) {
      this.failure = null;
      this.lines = [...this.lines, ...answer.lines];
      this.count = answer.count;
      this.#cursor = answer.next_cursor;
    } else {
      this.failure = answer;
      session.sawFailure(answer);
    }
  }
}
