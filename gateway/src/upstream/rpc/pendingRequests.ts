import { SlotMap } from '../../collections/slotMap.ts';
import type { UpstreamError } from '../../errors.ts';
import type { RequestOptions, UpstreamAnswer } from '../types.ts';
import type { Askable } from './serverRequests.ts';
import { Tally } from './limits/tally.ts';
import type { TimeLimit } from './limits/timeLimit.ts';

export interface Pending {
  readonly resolve: (answer: UpstreamAnswer) => void;
  readonly reject: (error: UpstreamError) => void;
  readonly limit: TimeLimit | undefined;
  readonly progress: RequestOptions['progress'];
  readonly stopListening: (() => void) | undefined;
  readonly askable: Askable | undefined;
  readonly over: (() => void) | undefined;
  /** A long-lived request that is no client's call: it has no time limit and does not count as in flight. */
  readonly standing: boolean;
  /** Set on a shared instance. */
  readonly clientId: string | undefined;
}

/** How many cancelled requests are remembered, so that their late answers do not count as anomalies. */
const maxGivenUp = 10_000;

/** The unanswered requests of one channel, by the router's own ids. */
export class PendingRequests {
  readonly #waiting = new SlotMap<number, Pending>();
  /** The number of pending requests by client. */
  readonly #ofClients = new Tally();
  readonly #givenUp = new Set<number>();
  readonly #onIdle: () => void;
  #standing = 0;
  #lastId = 0;

  /** @param onIdle called when a request was settled and no call is pending */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /** The id of the next request, from 1. */
  nextId(): number {
    return ++this.#lastId;
  }

  add(id: number, pending: Pending): void {
    this.#waiting.set(id, pending);
    if (pending.standing) this.#standing++;
    if (pending.clientId !== undefined) this.#ofClients.add(pending.clientId);
  }

  has(id: number): boolean {
    return this.#waiting.has(id);
  }

  get(id: number): Pending | undefined {
    return this.#waiting.get(id);
  }

  /** In the order in which they were sent. */
  all(): readonly Pending[] {
    return this.#waiting.values();
  }

  /** The requests that a server's message may belong to, newest last; on a shared channel only those named by the transport. */
  askables(within: number | undefined, shared: boolean): readonly Askable[] {
    if (within === undefined && shared) return [];
    const all = within === undefined ? this.all() : [this.get(within)];
    return all.flatMap((pending) => pending?.askable ?? []);
  }

  ids(): readonly number[] {
    return this.#waiting.keys();
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Unanswered calls, without standing requests. */
  get inFlight(): number {
    return this.#waiting.size - this.#standing;
  }

  countOf(clientId: string): number {
    return this.#ofClients.count(clientId);
  }

  /** Removes a pending request, so that nothing else settles it. */
  take(id: number): Pending | undefined {
    const pending = this.#waiting.get(id);
    if (!pending) return undefined;
    this.#waiting.take(id);
    if (pending.clientId !== undefined) this.#ofClients.remove(pending.clientId);
    pending.limit?.stop();
    pending.stopListening?.();
    pending.over?.();
    if (pending.standing) this.#standing--;
    if (this.inFlight === 0) this.#onIdle();
    return pending;
  }

  /** As `take`, for a request whose answer may still come. */
  giveUp(id: number): Pending | undefined {
    const pending = this.take(id);
    if (!pending) return undefined;
    this.#givenUp.add(id);
    const [oldest] = this.#givenUp;
    if (this.#givenUp.size > maxGivenUp && oldest !== undefined) this.#givenUp.delete(oldest);
    return pending;
  }

  /** Whether this is the late answer to a cancelled request, which is expected once. */
  wasGivenUp(id: number): boolean {
    return this.#givenUp.delete(id);
  }

  /** Whether a request with this id was ever sent. */
  wasSent(id: number): boolean {
    return Number.isInteger(id) && id >= 1 && id <= this.#lastId;
  }

  /**
   * The id of the only call that an error without an id can belong to; undefined if there may be another, including cancelled
   * ones. Servers send such errors if they could not read the id (JSON-RPC 2.0, section 5).
   */
  onlyOne(): number | undefined {
    if (this.#givenUp.size > 0 || this.inFlight !== 1) return undefined;
    return this.#waiting.keys().find((id) => this.#waiting.get(id)?.standing === false);
  }
}
