import type { AuditEvent } from '../../audit/events.ts';
import type { Audit, AuditEntry } from '../../audit/types.ts';
import type { Clock } from '../../clock.ts';
import { RefusalThrottle } from '../../limits/rejections.ts';
import type { Logger } from '../../logger.ts';

/** `answer`: it is logged (or counted), answer it. `busy`: too many refusals wait, answer 429 immediately. */
export type Refused = 'answer' | 'busy';

/** Logs refusals of unknown callers without letting them fill the disk. */
export class Refusals {
  readonly #audit: Audit;
  readonly #throttle: RefusalThrottle;

  constructor(audit: Audit, clock: Clock, logger: Logger) {
    this.#audit = audit;
    this.#throttle = new RefusalThrottle(clock, (counts) => {
      audit.append([...counts].map(([key, count]) => summary(key, count))).catch((error: unknown) => {
        logger.error(`counted refusals could not be logged: ${String(error)}`);
      });
    });
  }

  /** @throws AuditUnavailableError */
  async refuse(entry: AuditEntry & { readonly reason: string }): Promise<Refused> {
    const refusal = this.#throttle.admit(`${entry.event} ${entry.reason}`);
    if (refusal.kind === 'reject') return 'busy';
    if (refusal.kind === 'count') await this.#throttle.wait(refusal.delayMs);
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
