import type { Logger } from '../../logger.ts';
import type { Audit, AuditEntry } from '../types.ts';
import { ClientInterval } from './clientInterval.ts';

/** Repeats within this time are counted in one line; seconds. */
export const REPEAT_INTERVAL_S = 60;

/**
 * A log that no client can flood, nor a server by what it may not connect to: lines of an authenticated client's requests (they have a `call`) that belong to no allowed
 * call are counted when they repeat. The first denial of a kind is durable before it is answered; its repeats within the
 * interval are in one line, written at the interval's end and at close.
 */
export function countRepeats(audit: Audit, logger: Logger): Audit {
  const counted = new RepeatCounter(audit, logger);
  return {
    append: (entries) => counted.append(entries),
    status: () => audit.status(),
    digest: (value) => audit.digest(value),
    recent: (limit) => audit.recent(limit),
    subscribe: (listener) => audit.subscribe(listener),
    close: async () => {
      await counted.flush();
      await audit.close();
    },
  };
}

class RepeatCounter {
  readonly #audit: Audit;
  readonly #logger: Logger;
  readonly #intervals = new Map<string, { readonly lines: ClientInterval; readonly timer: NodeJS.Timeout }>();

  constructor(audit: Audit, logger: Logger) {
    this.#audit = audit;
    this.#logger = logger;
  }

  async append(entries: readonly AuditEntry[]): Promise<void> {
    const clientId = countable(entries);
    // A log that can't be written takes nothing, counted or not.
    if (clientId === undefined || !this.#audit.status().ok) return this.#audit.append(entries);
    const interval = this.#interval(clientId);
    const written = interval.take(entries);
    if (written.length === 0) return;
    try {
      await this.#audit.append(written);
    } catch (error) {
      interval.forget(written);
      throw error;
    }
  }

  /** Writes what is counted, of all clients. */
  async flush(): Promise<void> {
    await Promise.all([...this.#intervals.keys()].map((clientId) => this.#end(clientId)));
  }

  #interval(clientId: string): ClientInterval {
    const known = this.#intervals.get(clientId);
    if (known !== undefined) return known.lines;
    const lines = new ClientInterval();
    const timer = setTimeout(() => void this.#end(clientId), REPEAT_INTERVAL_S * 1_000).unref();
    this.#intervals.set(clientId, { lines, timer });
    return lines;
  }

  async #end(clientId: string): Promise<void> {
    const interval = this.#intervals.get(clientId);
    if (interval === undefined) return;
    this.#intervals.delete(clientId);
    clearTimeout(interval.timer);
    const lines = interval.lines.lines();
    if (lines.length === 0) return;
    try {
      await this.#audit.append(lines);
    } catch (error) {
      this.#logger.error(`the log did not take the counted repeats of ${clientId}: ${String(error)}`);
    }
  }
}

/** Whose entries may be counted; undefined for what is always written one by one. */
function countable(entries: readonly AuditEntry[]): string | undefined {
  const [first] = entries;
  // A server's own doing; no client's id holds a colon.
  if (first?.event === 'egress_denied') return `server:${first.server_id ?? ''}`;
  if (typeof first?.client_id !== 'string' || typeof first.call !== 'string') return undefined;
  return entries.some(staysSingle) ? undefined : first.client_id;
}

/** Lines of allowed calls, and of what the administrator does in a client's place. */
function staysSingle({ event, allowed, detail }: AuditEntry): boolean {
  if (detail?.['via'] === 'management') return true;
  if (event === 'tool_authz') return allowed === true;
  return event === 'tool_result' && !isList(detail?.['method']);
}

function isList(method: unknown): boolean {
  return typeof method === 'string' && method.endsWith('/list');
}
