import https from 'node:https';
import { isIP } from 'node:net';
import { guardedLookup } from '../../upstream/http/exchange/guardedLookup.ts';
import { readMetadata, type App } from './registeredApp.ts';

const maxBytes = 16 * 1024;
const waitMs = 5_000;

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

function fetchJson(id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new AppDocumentError(`the application describes itself at ${id}, which ${why}`));
    const request = https.get(id, {
      headers: { accept: 'application/json' },
      agent: false,
      signal: AbortSignal.timeout(waitMs),
      lookup: guardedLookup({ loopbackOnly: true, remote: true, allowPrivate: false }),
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      fail(`can not be reached (${error.code ?? error.name})`),
    );
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', () => fail('did not answer in full'));
      if (response.statusCode !== 200) {
        request.destroy();
        fail(`answers with status ${response.statusCode}`);
        return;
      }
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBytes) chunks.push(chunk);
        else {
          fail('is larger than 16 KiB');
          request.destroy();
        }
      });
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        } catch {
          fail('is not JSON');
        }
      });
    });
  });
}
