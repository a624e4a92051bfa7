import { FairQueue } from './fairQueue.ts';

/** Pieces of work (the beginning of a request, a slice of a large body) that begin in one turn of the event loop. */
const maxInTurn = 16;

/**
 * Serves clients (or servers) in turn while there is more to do than fits into a turn of the event loop: what one sends in bulk
 * waits for itself, not what others send after it.
 */
export class Turns {
  readonly #waiting = new FairQueue<() => void>();
  #begun = 0;
  #resetting = false;

  /** When a request of this client may begin; undefined: immediately, which is the usual case. */
  begin(clientId: string): Promise<void> | undefined {
    if (this.#waiting.size > 0 || this.#begun >= maxInTurn) return this.next(clientId);
    this.#begun++;
    this.#resetLater();
    return undefined;
  }

  /** When the next piece of the client's work may be done: in a later turn of the event loop. */
  next(clientId: string): Promise<void> {
    const turn = new Promise<void>((resolve) => this.#waiting.push(clientId, resolve));
    this.#resetLater();
    return turn;
  }

  #resetLater(): void {
    if (this.#resetting) return;
    this.#resetting = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#resetting = false;
    const { clients } = this.#waiting;
    // Who waits for the slice that follows is there again in the next turn alone: until then nobody else has a second one.
    const most = clients > 1 ? Math.min(clients, maxInTurn) : maxInTurn;
    for (this.#begun = 0; this.#begun < most && this.#waiting.size > 0; this.#begun++)
      this.#waiting.shift()?.();
    // What has begun counts until the next turn.
    if (this.#begun > 0) this.#resetLater();
  }
}
