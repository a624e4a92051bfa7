import type { LogIndex } from '../audit/index/logIndex.ts';
import { outcomeOf } from '../audit/query/matchQuery.ts';
import { visitMatches } from '../audit/read/search.ts';
import { repeatCount } from '../audit/repeats/repeatCount.ts';
import type { Audit, AuditLine } from '../audit/types.ts';
import type { Clock } from '../clock.ts';
import { callDuration } from './latency.ts';

const minuteMs = 60_000;
const windowMinutes = 24 * 60;

/** What one client did in the last 24 hours. */
export interface ClientCount {
  /** Calls that have ended. */
  readonly calls: number;
  /** Denials by any check. */
  readonly refused: number;
}

interface ClientCountsOptions {
  readonly audit: Pick<Audit, 'subscribe' | 'status'>;
  /** Of the log. */
  readonly path: string;
  readonly index: LogIndex;
  readonly clock: Clock;
  /** Whether an id is one of the registry's: guessed ones are not counted, so that they take no memory. */
  readonly isClient: (id: string) => boolean;
}

/**
 * Counts what each client did, as the overview does: first from the log, so that a restart changes nothing, then from each line
 * that is added.
 */
export class ClientCounts {
  readonly #options: ClientCountsOptions;
  readonly #added = new Tally();
  /** Number of the last line that the log had before lines were followed. */
  readonly #before: number;
  /** What the log had then. */
  #read: Promise<Tally> | undefined;
  #past = new Tally();

  constructor(options: ClientCountsOptions) {
    this.#options = options;
    this.#before = options.audit.status().seq;
    options.audit.subscribe((line) => this.#take(line, this.#added));
  }

  /** Reads the log once. @throws the file system's error */
  async ready(): Promise<void> {
    this.#read ??= this.#readLog();
    try {
      this.#past = await this.#read;
    } catch (error) {
      // The next who asks reads again.
      this.#read = undefined;
      throw error;
    }
  }

  of(clientId: string): ClientCount {
    const first = minuteOf(this.#options.clock.now()) - windowMinutes;
    const [past, added] = [this.#past.since(first, clientId), this.#added.since(first, clientId)];
    return { calls: past.calls + added.calls, refused: past.refused + added.refused };
  }

  /** Milliseconds since the Unix epoch; null if it did nothing that is counted. */
  lastAt(clientId: string): number | null {
    return this.#added.lastAt.get(clientId) ?? this.#past.lastAt.get(clientId) ?? null;
  }

  async #readLog(): Promise<Tally> {
    const { path, clock, index } = this.#options;
    const from = new Date(clock.now() - windowMinutes * minuteMs).toISOString();
    const tally = new Tally();
    const take = (text: string): void => {
      const line = JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as AuditLine;
      if (line.seq <= this.#before) this.#take(line, tally);
    };
    await visitMatches(path, { outcomes: true, from }, take, index);
    return tally;
  }

  #take(line: AuditLine, tally: Tally): void {
    const id = line.client_id;
    if (id === null || !this.#options.isClient(id)) return;
    const denied = outcomeOf(line) === 'denied';
    if (!denied && callDuration(line) === undefined) return;
    const count = denied ? { calls: 0, refused: repeatCount(line) } : { calls: 1, refused: 0 };
    tally.add(id, Date.parse(line.ts), count);
  }
}

/** Counts by client and minute. */
class Tally {
  readonly lastAt = new Map<string, number>();
  readonly #minutes = new Map<string, Map<number, ClientCount>>();

  add(id: string, at: number, { calls, refused }: ClientCount): void {
    this.lastAt.set(id, Math.max(at, this.lastAt.get(id) ?? 0));
    const minutes = this.#minutes.get(id) ?? new Map<number, ClientCount>();
    this.#minutes.set(id, minutes);
    const minute = minuteOf(at);
    const known = minutes.get(minute) ?? { calls: 0, refused: 0 };
    minutes.set(minute, { calls: known.calls + calls, refused: known.refused + refused });
    // Nobody has asked for long: minutes that no longer count take no memory.
    if (minutes.size > 2 * windowMinutes) this.since(minute - windowMinutes, id);
  }

  /** The sum from a minute on; those before it are dropped. */
  since(first: number, id: string): ClientCount {
    const minutes = this.#minutes.get(id);
    const sum = { calls: 0, refused: 0 };
    for (const [minute, { calls, refused }] of minutes ?? []) {
      if (minute < first) minutes?.delete(minute);
      sum.calls += minute < first ? 0 : calls;
      sum.refused += minute < first ? 0 : refused;
    }
    return sum;
  }
}

function minuteOf(at: number): number {
  return Math.floor(at / minuteMs);
}
