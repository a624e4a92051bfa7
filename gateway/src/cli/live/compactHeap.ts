import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

/** After the start: once what it printed is read, and before most people have switched to their application. */
const delayMs = 1_000;
/** From the least, 1 MiB, to the most, 16 MiB, in one step. */
const growth = 16;

/**
 * Gives the memory that only the start used back to the system, once. V8 keeps it while it has no reason to collect, and an idle
 * gateway gives it none for hours. The collection blocks the main thread.
 */
export function compactHeapSoon(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as Collect;
    setFlagsFromString('--no-expose-gc');
    // Unlike a usual collection this one also shrinks the space of young objects.
    collect({ type: 'major', flavor: 'last-resort' });
    // By its usual steps that space would stay small for the first thousands of calls, and be collected several times as often.
    setFlagsFromString(`--semi-space-growth-factor=${growth}`);
  }, delayMs).unref();
}
