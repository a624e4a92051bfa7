import type { Clock } from '../../../clock.ts';

const maxTimeout = 2 ** 31 - 1;

export interface TimeLimits {
  /** Milliseconds without an answer or progress. */
  readonly timeoutMs: number;
  /** Milliseconds in all, progress or not; `timeoutMs` where it is shorter or left out. */
  readonly maxTimeoutMs?: number | undefined;
}

/** The time limit of one request: progress begins it again, up to a limit for all (MCP 2025-11-25, basic/lifecycle, "Timeouts"). */
export class TimeLimit {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #expire: (afterMs: number, progress: boolean) => void;
  /** Monotonic milliseconds. */
  #deadline: number;
  #timer: NodeJS.Timeout | undefined;
  /** Monotonic milliseconds since when the time is paused. */
  #pausedAt: number | undefined;
  #questions = 0;
  #progress = false;
  #last = false;

  /** @param expire gets the limit that was reached, and whether there was progress meanwhile */
  constructor(clock: Clock, limits: TimeLimits, expire: (afterMs: number, progress: boolean) => void) {
    this.#clock = clock;
    this.#timeoutMs = limits.timeoutMs;
    this.#expire = expire;
    this.#deadline = clock.monotonic() + Math.max(limits.maxTimeoutMs ?? 0, limits.timeoutMs);
    this.#start();
  }

  /** The server has told of progress. */
  extend(): void {
    if (this.#last || this.#timer === undefined) return;
    this.#progress = true;
    if (this.#clock.monotonic() + this.#timeoutMs <= this.#deadline) this.#timer.refresh();
    else this.#start();
  }

  /** The client is asked something: its time is not the server's. */
  pause(): void {
    if (this.#questions++ > 0) return;
    this.#pausedAt = this.#clock.monotonic();
    this.stop();
  }

  /** Once the client has answered, the server has its whole time again. */
  resume(): void {
    if (--this.#questions > 0 || this.#pausedAt === undefined) return;
    this.#deadline += this.#clock.monotonic() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.stop();
    const left = this.#deadline - this.#clock.monotonic();
    this.#last = left < this.#timeoutMs;
    const expire = (): void => this.#expire(this.#timeoutMs, this.#progress);
    this.#timer = setTimeout(expire, Math.min(this.#timeoutMs, left, maxTimeout)).unref();
  }
}
