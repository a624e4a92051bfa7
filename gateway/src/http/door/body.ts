import type { IncomingMessage } from 'node:http';
import type { Exhausted, HeldBytes } from '../../byteBudget.ts';

export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'not_utf8' }
  | { readonly kind: 'overloaded'; readonly budget: Exhausted }
  /** The client went away before the end. */
  | { readonly kind: 'aborted' };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a request's body as UTF-8, never more than `limit` bytes, chunked ones too; each byte is counted in `held` as it comes. */
export async function readBody(request: IncomingMessage, held: HeldBytes, limit: number): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return { kind: 'too_large' };
  // The client may have gone while who it is was found out: nothing more is told of it.
  if (request.destroyed) return { kind: 'aborted' };
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (body: Body): void => {
      request.off('data', take);
      request.pause();
      chunks.length = 0;
      resolve(body);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        stop({ kind: 'too_large' });
        return;
      }
      const budget = held.add(chunk.length);
      if (budget === undefined) chunks.push(chunk);
      else stop({ kind: 'overloaded', budget });
    };
    request.on('data', take);
    request.on('end', () => resolve(decode(chunks)));
    request.on('error', () => resolve({ kind: 'aborted' }));
    request.on('close', () => resolve({ kind: 'aborted' }));
  });
}

function decode(chunks: readonly Buffer[]): Body {
  const [only] = chunks;
  try {
    return { kind: 'text', text: utf8.decode(chunks.length === 1 ? only : Buffer.concat(chunks)) };
  } catch {
    return { kind: 'not_utf8' };
  }
}
