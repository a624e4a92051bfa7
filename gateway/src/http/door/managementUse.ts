import { hash } from 'node:crypto';
import type { Audit, AuditEntry } from '../../audit/types.ts';
import type { Logger } from '../../logger.ts';

/** The uses of a token within this time are logged in two lines: the first one, and the count of the others. */
const intervalMs = 60 * 60_000;

/** What a valid management token was used for. */
export interface Use {
  readonly requestId: string | null;
  /** Method and path as the endpoint has them, without ids: `GET /registry/view`. */
  readonly endpoint: string;
  /** The browser's session whose secret was presented in place of the token. */
  readonly session?: string;
  /** Of a query of the log: its filters. Absent for every other endpoint. */
  readonly query?: Readonly<Record<string, string>>;
}

interface Interval {
  /** The first use is durable. */
  readonly durable: Promise<void>;
  /** Further uses, by endpoint. */
  readonly counts: Map<string, number>;
  readonly timer: NodeJS.Timeout;
  readonly session?: string | undefined;
}

/**
 * Logs the use of valid management tokens, what is only read included: of each token the first use in an hour, then in one
 * line how often which endpoint was used; of each query of the log a line of its own.
 */
export class ManagementUse {
  readonly #audit: Pick<Audit, 'append'>;
  readonly #logger: Logger;
  /** By the token's digest; only valid tokens come here, so it can't grow by guessing. */
  readonly #intervals = new Map<string, Interval>();

  constructor(audit: Pick<Audit, 'append'>, logger: Logger) {
    this.#audit = audit;
    this.#logger = logger;
  }

  /** Resolves when the use is logged, or counted. @throws AuditUnavailableError */
  async record(token: string, use: Use): Promise<void> {
    if (use.query !== undefined) {
      await this.#audit.append([entryOf(use, { endpoint: use.endpoint, query: shortened(use.query) })]);
      return;
    }
    const key = hash('sha256', token, 'hex');
    const known = this.#intervals.get(key);
    if (known === undefined) return this.#begin(key, use);
    await known.durable;
    known.counts.set(use.endpoint, (known.counts.get(use.endpoint) ?? 0) + 1);
  }

  /** Writes what is counted; before the log is closed. */
  async flush(): Promise<void> {
    await Promise.all([...this.#intervals.keys()].map((key) => this.#end(key)));
  }

  async #begin(key: string, use: Use): Promise<void> {
    const durable = this.#audit.append([entryOf(use, { endpoint: use.endpoint })]);
    const timer = setTimeout(() => void this.#end(key), intervalMs).unref();
    this.#intervals.set(key, { durable, counts: new Map(), timer, session: use.session });
    try {
      await durable;
    } catch (error) {
      clearTimeout(timer);
      this.#intervals.delete(key);
      throw error;
    }
  }

  async #end(key: string): Promise<void> {
    const { counts, timer, session } = this.#intervals.get(key) ?? {};
    this.#intervals.delete(key);
    clearTimeout(timer);
    if (counts === undefined || counts.size === 0) return;
    const count = [...counts.values()].reduce((sum, each) => sum + each, 0);
    const entry = entryOf({ requestId: null, session }, { count, endpoints: Object.fromEntries(counts) });
    try {
      await this.#audit.append([entry]);
    } catch (error) {
      this.#logger.error(`the log did not take the counted uses of a management token: ${String(error)}`);
    }
  }
}

function entryOf(
  { requestId, session }: { readonly requestId: string | null; readonly session?: string | undefined },
  given: Readonly<Record<string, unknown>>,
): AuditEntry {
  const detail = session === undefined ? given : { ...given, session };
  return { event: 'management_auth', allowed: true, reason: 'ok', request_id: requestId, detail };
}

/** What is looked for as text may be a secret that somebody fears to find: its length alone is logged. */
function shortened(query: Readonly<Record<string, string>>): Readonly<Record<string, string | number>> {
  return Object.fromEntries<string | number>(
    Object.entries(query).map(([name, value]) =>
      name === 'text' ? ['text_length', value.length] : [name, value.slice(0, 100)],
    ),
  );
}
