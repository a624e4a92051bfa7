import type { TestGateway } from '../harness/gateway.ts';
import type { Caller } from '../harness/rpc.ts';
import type { Seen } from './seen.ts';

/** What every worker works with. */
export interface Setting {
  readonly gateway: TestGateway;
  readonly seen: Seen;
  /** Aborted when the load ends. */
  readonly signal: AbortSignal;
  /** Whether there is a server in a container. */
  readonly boxed: boolean;
}

export const callers: readonly Caller[] = ['first', 'second', 'third'].map((id) => ({
  id,
  token: `token-of-${id}-0123456789`,
}));

/** Turn after turn until the load ends. A turn that fails because the gateway is ending is no failure. */
export async function turns(
  { seen, signal }: Setting,
  who: string,
  turn: (i: number) => Promise<void>,
): Promise<void> {
  const ended = (): boolean => signal.aborted;
  for (let i = 0; !ended(); i++) {
    try {
      await turn(i);
    } catch (error) {
      if (!ended()) seen.count(`${who} that failed (${error instanceof Error ? error.name : 'unknown'})`);
      await pause(50, signal);
    }
  }
}

/** Ends early when the load does. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}
