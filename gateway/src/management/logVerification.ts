import { messageOf } from '../errors.ts';
import { basename } from 'node:path';
import { verifyLog } from '../audit/verify/verifyLog.ts';
import type { Clock } from '../clock.ts';
import { ApiError } from './apiError.ts';
import type { Verification, VerifyAnswer } from '../api/audit.ts';

/** The check of the whole log, one at a time, beside everything else. */
export class LogVerification {
  readonly #path: string;
  readonly #clock: Clock;
  #running = false;
  #last: Verification | null = null;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  get state(): VerifyAnswer {
    return { ok: true, running: this.#running, last: this.#last };
  }

  /** @throws ApiError 409 while one runs */
  start(): void {
    if (this.#running) {
      throw new ApiError('verify_in_progress', 'the log is being verified already; look again in a moment');
    }
    this.#running = true;
    void this.#verify().then((result) => {
      this.#last = result;
      this.#running = false;
    });
  }

  async #verify(): Promise<Verification> {
    const started = this.#clock.monotonic();
    const found = await verifyLog(this.#path).then(
      ({ ok, lines, repeats, segments, lastSeq, problems }): Findings => ({
        verified: ok,
        lines,
        repeats,
        segments,
        last_seq: lastSeq,
        problems: problems.map(({ file, line, seq, what }) => ({
          file: basename(file),
          line,
          seq,
          words: what,
        })),
      }),
      (error: unknown) => this.#unreadable(error),
    );
    return {
      ...found,
      finished_at: this.#clock.now(),
      duration_ms: Math.round(this.#clock.monotonic() - started),
    };
  }

  #unreadable(error: unknown): Findings {
    const message = `the log cannot be read: ${messageOf(error)}`;
    const problem = { file: basename(this.#path), line: 1, seq: null, words: message };
    return { verified: false, lines: 0, repeats: 0, segments: 0, last_seq: 0, problems: [problem] };
  }
}

type Findings = Omit<Verification, 'finished_at' | 'duration_ms'>;
