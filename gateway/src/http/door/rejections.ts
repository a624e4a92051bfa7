import type { AuditEvent } from '../../audit/events.ts';
import type { Audit, AuditEntry } from '../../audit/types.ts';
import type { Clock } from '../../clock.ts';
import { RejectionThrottle } from '../../limits/rejections.ts';
import type { Logger } from '../../logger.ts';

/** `answer`: it is logged (or counted), answer it. `busy`: too many rejections wait, answer 429 immediately. */
export type Rejected = 'answer' | 'busy';

/** Logs rejections of unknown callers without letting them fill the disk. */
export class Rejections {
  readonly #audit: Audit;
  readonly #throttle: RejectionThrottle;

  constructor(audit: Audit, clock: Clock, logger: Logger) {
    this.#audit = audit;
    this.#throttle = new RejectionThrottle(clock, (counts) => {
      audit.append([...counts].map(([key, count]) => summary(key, count))).catch((error: unknown) => {
        logger.error(`counted rejections could not be logged: ${String(error)}`);
      });
    });
  }

  /** There were more rejections than are logged singly: further ones are counted. */
  get isPastLimit(): boolean {
    return this.#throttle.isPastLimit;
  }

  /** @throws AuditUnavailableError */
  async reject(entry: AuditEntry & { readonly reason: string }): Promise<Rejected> {
    const rejection = this.#throttle.admit(`${entry.event} ${entry.reason}`);
    if (rejection.kind === 'reject') return 'busy';
    if (rejection.kind === 'count') await this.#throttle.wait(rejection.delayMs);
    else await this.#audit.append([entry]);
    return 'answer';
  }

  /** Writes what is still counted; before the log is closed. */
  flush(): void {
    this.#throttle.flush();
  }
}

function summary(key: string, count: number): AuditEntry {
  const [event = 'http_rejected', reason = ''] = key.split(' ');
  return { event: event as AuditEvent, allowed: false, reason, detail: { count } };
}
