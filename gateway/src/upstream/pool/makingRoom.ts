import { UpstreamError } from '../../errors.ts';
import type { Server } from '../../registry/types.ts';
import type { OpenChannel } from '../types.ts';

/**
 * An opener that has idle instances stopped, one after the other, while there is no room for a new one.
 * @param stopIdle stops one and resolves once it is gone; false where there is none
 */
export function makingRoom<S extends Server>(
  open: OpenChannel<S>,
  stopIdle: () => Promise<boolean>,
): OpenChannel<S> {
  return async (server, events, signal) => {
    for (;;) {
      try {
        return await open(server, events, signal);
      } catch (error) {
        const isFull = error instanceof UpstreamError && error.kind === 'overloaded';
        if (!isFull || signal.aborted || !(await stopIdle())) throw error;
      }
    }
  };
}
