import { repeatCount } from '../audit/repeats/repeatCount.ts';
import type { Audit, AuditLine } from '../audit/types.ts';

/** Decisions about one client since the gateway started. */
export interface ClientCount {
  /** Calls that were allowed. */
  readonly calls: number;
  /** Denials by any check. */
  readonly refused: number;
}

const none: ClientCount = { calls: 0, refused: 0 };

/** Counts the decisions about each client, read off the audit log as it grows. */
export class ClientCounts {
  readonly #counts = new Map<string, ClientCount>();
  readonly #isClient: (id: string) => boolean;

  /** @param isClient whether an id is one of the registry's: guessed ones are not counted, so that they take no memory */
  constructor(audit: Pick<Audit, 'subscribe'>, isClient: (id: string) => boolean) {
    this.#isClient = isClient;
    audit.subscribe((line) => this.#take(line));
  }

  of(clientId: string): ClientCount {
    return this.#counts.get(clientId) ?? none;
  }

  #take(line: AuditLine): void {
    const { event, client_id: id, allowed } = line;
    if (id === null || !this.#isClient(id)) return;
    const called = event === 'tool_authz' && allowed === true;
    if (!called && allowed !== false) return;
    const { calls, refused } = this.of(id);
    this.#counts.set(
      id,
      called ? { calls: calls + 1, refused } : { calls, refused: refused + repeatCount(line) },
    );
  }
}
