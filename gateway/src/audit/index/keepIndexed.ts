import type { Audit } from '../types.ts';
import type { LogIndex } from './logIndex.ts';

/** The start of the gateway goes first; milliseconds. */
const firstAfterMs = 5_000;
/** About as many lines as are read in a moment. */
const everyLines = 20_000;

/**
 * Keeps the index close to the end of the log, so that nobody who opens the interface after a week waits for it.
 * @returns a function that ends it
 */
export function keepIndexed(index: LogIndex, audit: Pick<Audit, 'subscribe'>): () => void {
  let lines = 0;
  // A log that can't be read is reported where it is asked for.
  const catchUp = (): void => void index.catchUp().catch(() => undefined);
  const first = setTimeout(catchUp, firstAfterMs).unref();
  const unsubscribe = audit.subscribe(() => {
    lines += 1;
    if (lines % everyLines === 0) catchUp();
  });
  return () => {
    clearTimeout(first);
    unsubscribe();
  };
}
