import { setTimeout as sleep } from 'node:timers/promises';
import type { Audit } from './types.ts';

/**
 * Ends the parts of a gateway, the log last. Where they take longer than that many milliseconds, the log is closed and the rest is
 * not waited for: its last lines, counted repeats among them, are worth more than an orderly end of what hangs.
 */
export async function closeLogSurely(
  endParts: () => Promise<void>,
  audit: Pick<Audit, 'close'>,
  ms: number,
): Promise<void> {
  const ended = endParts();
  const timer = new AbortController();
  const late = sleep(ms, 'late', { signal: timer.signal }).catch(() => undefined);
  try {
    if ((await Promise.race([ended, late])) === 'late') await audit.close();
  } finally {
    timer.abort();
    // A part that fails after that has nobody left to tell.
    ended.catch(() => undefined);
  }
}
