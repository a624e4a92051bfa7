/** How often a client searched for tools since the gateway started. */
export interface SearchCount {
  readonly searches: number;
  /** Tools that were found, all searches together. */
  readonly found: number;
  /** Searches that found nothing. */
  readonly missed: number;
}

const none: SearchCount = { searches: 0, found: 0, missed: 0 };

/** Counts searches, and nothing of what was searched for. */
export class SearchCounts {
  readonly #byClient = new Map<string, SearchCount>();

  /** Counts a search of this client, and the number of tools it found. */
  add(clientId: string, found: number): void {
    const before = this.of(clientId);
    this.#byClient.set(clientId, {
      searches: before.searches + 1,
      found: before.found + found,
      missed: before.missed + (found === 0 ? 1 : 0),
    });
  }

  of(clientId: string): SearchCount {
    return this.#byClient.get(clientId) ?? none;
  }

  /** Forgets clients that were removed from the registry. */
  keepOnly(clients: ReadonlyMap<string, unknown>): void {
    for (const id of this.#byClient.keys()) if (!clients.has(id)) this.#byClient.delete(id);
  }
}
