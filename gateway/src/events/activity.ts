import { acceptedClient } from '../audit/read/acceptedClient.ts';
import type { Audit, AuditLine } from '../audit/types.ts';

/** When each client last authenticated, derived from new audit entries. */
export class ClientActivity {
  readonly #lastSeen = new Map<string, string>();

  constructor(audit: Audit) {
    for (const line of audit.recent(1_000)) this.#take(line);
    audit.subscribe((line) => this.#take(line));
  }

  /** RFC 3339, or null if not in the part of the log held in memory. */
  lastSeen(clientId: string): string | null {
    return this.#lastSeen.get(clientId) ?? null;
  }

  /** Only accepted credentials count: their ids come from the registry, so the map can't grow by guessing. */
  #take(line: AuditLine): void {
    const client = acceptedClient(line);
    if (client !== null) this.#lastSeen.set(client, line.ts);
  }
}
