import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { dropOldest } from '../../dropOldest.ts';
import type { Exchange } from '../tokens.ts';
import type { HttpServer } from '../../registry/types.ts';
import type { Whose } from '../store/signInRecord.ts';

/** A person has so long to sign in; milliseconds. */
export const pendingMs = 600_000;
/** What is left for the token endpoint then; milliseconds. */
const tokenMs = 60_000;
/** Sign-ins under way at the same time; one more ends the oldest. */
const maxPending = 32;

/** A sign-in between the page of the authorization server and its redirect. */
export interface PendingSignIn {
  /** Identifies it to the one who began it; given to nobody else. */
  readonly id: string;
  readonly whose: Whose;
  readonly server: HttpServer;
  readonly exchange: Exchange;
}

export type Progress =
  { readonly state: 'pending' | 'done' } | { readonly state: 'failed'; readonly message: string };

/** The sign-ins under way. Each `state` is taken once. */
export class PendingSignIns {
  readonly #clock: Clock;
  readonly #pending = new Map<string, PendingSignIn & { readonly until: number }>();
  /** By id, in the order of their beginning. */
  readonly #progress = new Map<string, { readonly progress: Progress; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(pending: Omit<PendingSignIn, 'id'>): string {
    const id = randomBytes(16).toString('base64url');
    const until = this.#clock.monotonic() + pendingMs;
    this.#pending.set(pending.exchange.state, { ...pending, id, until });
    this.#progress.set(id, { progress: { state: 'pending' }, until: until + tokenMs });
    dropOldest(this.#pending, maxPending);
    dropOldest(this.#progress, 2 * maxPending);
    return id;
  }

  /** The one that a redirect belongs to; it belongs to no further one. */
  take(state: string): PendingSignIn | undefined {
    const found = this.#pending.get(state);
    this.#pending.delete(state);
    return found !== undefined && found.until > this.#clock.monotonic() ? found : undefined;
  }

  /** The `state` of one that is under way, for a code that was entered without it. */
  stateOf(id: string): string | undefined {
    return [...this.#pending].find(([, one]) => one.id === id)?.[0];
  }

  ended(id: string, progress: Progress): void {
    this.#progress.set(id, { progress, until: 0 });
  }

  progress(id: string): Progress | undefined {
    const known = this.#progress.get(id);
    if (known?.progress.state !== 'pending' || this.#clock.monotonic() < known.until) return known?.progress;
    return { state: 'failed', message: 'The sign-in was not finished in time. Begin again.' };
  }
}
