import type { Logger } from '../logger.ts';
import { printable } from '../printable.ts';
import type { EgressAuthority } from './authority.ts';

/** Reports each connection above the maximum, one after the other: a flood costs the gateway one connection at a time. */
export function reportDropped(authority: EgressAuthority, logger: Logger): () => void {
  let waiting = 0;
  let isReporting = false;
  const report = async (): Promise<void> => {
    isReporting = true;
    try {
      for (; waiting > 0; waiting--) await authority.denied('too_many_connections');
    } catch (error) {
      logger.warn(
        `egress proxy: ${waiting} dropped connections were not logged: ${printable(String(error))}`,
      );
      waiting = 0;
    }
    isReporting = false;
  };
  return () => {
    waiting += 1;
    if (!isReporting) void report();
  };
}
