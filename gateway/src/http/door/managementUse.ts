import { hash } from 'node:crypto';
import type { Audit } from '../../audit/types.ts';
import type { Clock } from '../../clock.ts';

/** A token that keeps being used is logged again after this long, so that looking at pages does not fill the log. */
const recordAgainMs = 10 * 60_000;

/** One line for all requests that come while it is being written. */
interface Recorded {
  readonly at: number;
  readonly durable: Promise<void>;
}

/** Logs the use of a valid management token. */
export class ManagementUse {
  readonly #audit: Pick<Audit, 'append'>;
  readonly #clock: Clock;
  /** By the token's digest; only good tokens come here, so it can't grow by guessing. */
  readonly #recorded = new Map<string, Recorded>();

  constructor(audit: Pick<Audit, 'append'>, clock: Clock) {
    this.#audit = audit;
    this.#clock = clock;
  }

  /** Resolves when the use is logged. @throws AuditUnavailableError */
  async record(token: string, requestId: string | null): Promise<void> {
    const key = hash('sha256', token, 'hex');
    const now = this.#clock.monotonic();
    const known = this.#recorded.get(key);
    if (known !== undefined && now - known.at < recordAgainMs) return known.durable;
    const durable = this.#audit.append([
      { event: 'management_auth', allowed: true, reason: 'ok', request_id: requestId },
    ]);
    this.#recorded.set(key, { at: now, durable });
    await durable.catch((error: unknown) => {
      this.#recorded.delete(key);
      throw error;
    });
  }
}
