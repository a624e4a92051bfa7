import { onTestFinished } from 'vitest';
import { systemClock } from '../../clock.ts';
import { silentLogger } from '../../logger.ts';
import { createPool } from '../pool/pool.ts';
import { openers } from '../openers.ts';
import type {
  Instance,
  LifecycleEvent,
  Owner,
  UpstreamAnswer,
  UpstreamNotification,
  UpstreamPool,
} from '../types.ts';

/** A pool with everything real for tests, and what it reported. It is closed when the test is over. */
export interface TestPool {
  readonly pool: UpstreamPool;
  readonly events: LifecycleEvent[];
  readonly notifications: UpstreamNotification[];
}

export { hostile, plain } from './servers.ts';

export const owner: Owner = { clientId: 'tester', sessionId: null };

export function testPool(onEvent?: (event: LifecycleEvent) => void): TestPool {
  const events: LifecycleEvent[] = [];
  const notifications: UpstreamNotification[] = [];
  const pool = createPool({
    openers,
    clock: systemClock,
    logger: silentLogger,
    hooks: {
      lifecycle: (event) => {
        events.push(event);
        onEvent?.(event);
        return Promise.resolve();
      },
    },
  });
  pool.subscribe({ notification: (notification) => void notifications.push(notification) });
  onTestFinished(() => pool.close(0), 20_000);
  return { pool, events, notifications };
}

export function callTool(
  instance: Instance,
  name: string,
  given: Readonly<Record<string, unknown>> = {},
  timeoutMs = 15_000,
): Promise<UpstreamAnswer> {
  return instance.request('tools/call', { name, arguments: given }, { timeoutMs });
}

/** The text of an answer's first content. */
export function textOf(answer: UpstreamAnswer): string | undefined {
  if ('error' in answer) return `error ${answer.error.code}`;
  return (answer.result as { content: { text?: string }[] }).content[0]?.text;
}
