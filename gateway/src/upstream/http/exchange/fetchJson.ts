import type { SecureContextOptions } from 'node:tls';
import type { Whereabouts } from '../../../addresses/loopbackOnly.ts';
import { ForbiddenAddressError } from './guardedLookup.ts';
import type { HttpAnswer } from './httpAnswer.ts';
import { mayAsk } from './pinnedRequest.ts';
import { readAtMost } from './readAtMost.ts';
import { requestOnce } from './requestOnce.ts';

export interface DocumentLimits {
  readonly maxBytes: number;
  /** Milliseconds. */
  readonly waitMs: number;
}

/** A document could not be had; `message` says why as the end of a sentence ("which …"). */
export class DocumentError extends Error {}

/** One GET for a JSON document: from where it may be alone, without redirects, bounded in size and time. @throws DocumentError */
export async function fetchJson(
  whereabouts: Whereabouts,
  url: URL,
  { maxBytes, waitMs }: DocumentLimits,
  tls?: SecureContextOptions,
): Promise<unknown> {
  if (!mayAsk(whereabouts, url)) throw new DocumentError('is at an address that LMCP does not contact');
  const call = {
    method: 'GET',
    headers: { accept: 'application/json', 'accept-encoding': 'identity' },
    signal: AbortSignal.timeout(waitMs),
  } as const;
  const read = async ({ status, body }: HttpAnswer): Promise<Buffer> => {
    if (status !== 200) throw new DocumentError(`answers with status ${status}`);
    const whole = await readAtMost(body, maxBytes).catch(() => {
      throw new DocumentError('did not answer in full');
    });
    if (whole === undefined) throw new DocumentError(`is larger than ${maxBytes / 1024} KiB`);
    return whole;
  };
  const body = await requestOnce(whereabouts, url, call, read, tls).catch((error: unknown) => {
    if (error instanceof DocumentError) throw error;
    if (error instanceof ForbiddenAddressError)
      throw new DocumentError('is at an address that LMCP does not contact');
    const { code, name } = error as NodeJS.ErrnoException;
    throw new DocumentError(`cannot be reached (${code ?? name})`);
  });
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new DocumentError('is not JSON');
  }
}
