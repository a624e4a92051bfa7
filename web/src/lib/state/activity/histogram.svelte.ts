import type { AuditQuery, HistogramAnswer } from 'lmcp-gateway/src/api/audit.ts';
import { session } from '../session.svelte.ts';

/** How the rows of a search are spread over time; asked with each search, and again once its last bucket is over. */
export class Histogram {
  answer = $state.raw<HistogramAnswer | null>(null);
  #query: AuditQuery = {};
  #search = 0;

  async search(query: AuditQuery): Promise<void> {
    this.#query = query;
    this.#search += 1;
    const mine = this.#search;
    const answer = await session.routes?.histogram(query);
    // A search that failed says so in the list.
    if (answer?.ok === true && mine === this.#search) this.answer = answer;
  }

  again(): Promise<void> {
    return this.search(this.#query);
  }
}
