import type { IncomingMessage } from 'node:http';
import { TooManyBytes, withBytes, type ByteBudget } from './byteBudget.ts';
import { Denial } from './rules/denial.ts';

/** Bytes of a create body; a real one has a few kilobytes. */
const largestBody = 1024 ** 2;

/**
 * Works with the JSON value that a request carries; its bytes count against the budget until the work is done.
 * @throws Denial
 */
export async function withBody<T>(
  request: IncomingMessage,
  budget: ByteBudget,
  work: (body: unknown) => Promise<T>,
): Promise<T> {
  try {
    return await withBytes(request, largestBody, budget, (bytes) => work(parsed(bytes)));
  } catch (error) {
    if (!(error instanceof TooManyBytes)) throw error;
    if (error.limit === 'stream') throw new Denial('the create body is larger than 1 MiB', 413);
    throw new Denial('too many create bodies at the same time. Retry', 503);
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Denial('the create body is not JSON');
  }
}
