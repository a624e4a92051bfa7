import type { Clock } from '../clock.ts';
import { dropOldest } from '../dropOldest.ts';
import { newToken } from './newToken.ts';
import { secretKey } from './secretKey.ts';

/** Time enough for a browser to start. */
const linkMs = 60_000;
/** A working day; `lmcp open` begins the next one. */
const sessionMs = 12 * 60 * 60_000;
/** Of each kind: the oldest one ends where one more is made. */
const maxHeld = 32;

export interface BrowserSession {
  /** Names the session in the audit log; no secret. */
  readonly id: string;
  readonly token: string;
  readonly expiresS: number;
}

interface Held {
  readonly id: string;
  readonly expires: number;
}

/**
 * Sign-in links and the sessions of browsers that used one. Of codes and secrets only digests are held, in memory alone: they end
 * with the gateway.
 */
export class BrowserSessions {
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  readonly #links = new Map<string, Held>();
  readonly #sessions = new Map<string, Held>();

  /** @param onEnd when a session has ended: what it opened is to be closed */
  constructor(clock: Clock, onEnd: () => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  /** The code of a new link: valid once, for a minute. */
  issueLink(): { readonly code: string; readonly id: string; readonly expiresS: number } {
    const { key, token, id } = fresh();
    this.#hold(this.#links, key, { id, expires: this.#clock.monotonic() + linkMs });
    return { code: token, id, expiresS: linkMs / 1000 };
  }

  /** Begins a session; undefined where the code was used before, has expired, or is none. */
  exchange(code: string): BrowserSession | undefined {
    const key = secretKey(code);
    const link = this.#valid(this.#links, key);
    if (link === undefined) return undefined;
    this.#links.delete(key);
    const session = fresh();
    const expires = this.#clock.monotonic() + sessionMs;
    this.#hold(this.#sessions, session.key, { id: link.id, expires });
    setTimeout(this.#onEnd, sessionMs).unref();
    return { id: link.id, token: session.token, expiresS: sessionMs / 1000 };
  }

  /** The id of the session that has this secret. */
  find(token: string): string | undefined {
    return this.#valid(this.#sessions, secretKey(token))?.id;
  }

  /** Ends the session that has this secret; false where there is none. */
  end(token: string): boolean {
    const ended = this.#sessions.delete(secretKey(token));
    if (ended) this.#onEnd();
    return ended;
  }

  #valid(held: ReadonlyMap<string, Held>, key: string): Held | undefined {
    const one = held.get(key);
    return one !== undefined && this.#clock.monotonic() < one.expires ? one : undefined;
  }

  #hold(held: Map<string, Held>, key: string, one: Held): void {
    const now = this.#clock.monotonic();
    for (const [each, { expires }] of held) if (expires <= now) held.delete(each);
    held.set(key, one);
    if (dropOldest(held, maxHeld) > 0) this.#onEnd();
  }
}

function fresh(): { readonly key: string; readonly token: string; readonly id: string } {
  const { token } = newToken();
  return { key: secretKey(token), token, id: newToken().token.slice(0, 8) };
}
