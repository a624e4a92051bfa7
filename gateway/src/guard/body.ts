import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** Bytes of a create body; a real one has a few kilobytes. */
const largestBody = 1024 ** 2;

/**
 * The JSON value that a request carries.
 * @throws Refusal
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Refusal('the create body is larger than 1 MiB');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal('the create body is not JSON');
  }
}
