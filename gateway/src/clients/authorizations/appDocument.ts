import { isIP } from 'node:net';
import type { HttpAnswer } from '../../upstream/http/exchange/httpAnswer.ts';
import { readAtMost } from '../../upstream/http/exchange/readAtMost.ts';
import { requestOnce } from '../../upstream/http/exchange/requestOnce.ts';
import { readMetadata, type App } from './registeredApp.ts';

const maxBytes = 16 * 1024;
const waitMs = 5_000;
const publicOnly = { loopbackOnly: true, remote: true, allowPrivate: false };

/**
 * Whether the id of an application is the address of its metadata document (OAuth Client ID Metadata Document, section 3): a name
 * of the internet by https at the usual port, with a path, and without what makes two spellings of one address.
 */
export function isDocumentId(id: string): boolean {
  if (id.length > 512 || !URL.canParse(id)) return false;
  const url = new URL(id);
  const { protocol, hostname, port, pathname, username, password, hash, search } = url;
  const host = hostname.replace(/^\[|\]$/g, '');
  const isPublicName =
    isIP(host) === 0 && host.includes('.') && !/\.(?:local|internal|localhost)$/.test(host);
  const isPlain = [port, username, password, hash, search].every((part) => part === '');
  return protocol === 'https:' && isPublicName && isPlain && pathname !== '/' && url.href === id;
}

/** A metadata document could not be had, or does not describe the application that it is named by; `message` says what to do. */
export class AppDocumentError extends Error {}

/**
 * Fetches what an application says of itself at the address that is its id. One request to a public address by TLS: no redirect,
 * 5 s, 16 KiB.
 * @throws AppDocumentError
 */
export async function fetchAppDocument(id: string): Promise<App> {
  const document = await fetchJson(id);
  if (
    typeof document !== 'object' ||
    document === null ||
    (document as { client_id?: unknown }).client_id !== id
  )
    throw new AppDocumentError(`the document at ${id} names another application`);
  const read = readMetadata(document, id);
  if (!read.ok) throw new AppDocumentError(`the document at ${id} is not usable: ${read.message}`);
  return read.app;
}

async function fetchJson(id: string): Promise<unknown> {
  const fail = (why: string): AppDocumentError =>
    new AppDocumentError(`the application describes itself at ${id}, which ${why}`);
  const call = {
    method: 'GET',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(waitMs),
  } as const;
  const read = async ({ status, body }: HttpAnswer): Promise<Buffer> => {
    if (status !== 200) throw fail(`answers with status ${status}`);
    const whole = await readAtMost(body, maxBytes).catch(() => {
      throw fail('did not answer in full');
    });
    if (whole === undefined) throw fail('is larger than 16 KiB');
    return whole;
  };
  const body = await requestOnce(publicOnly, new URL(id), call, read).catch((error: unknown) => {
    if (error instanceof AppDocumentError) throw error;
    const { code, name } = error as NodeJS.ErrnoException;
    throw fail(`can not be reached (${code ?? name})`);
  });
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw fail('is not JSON');
  }
}
