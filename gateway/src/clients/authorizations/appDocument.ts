import { isIP } from 'node:net';
import { DocumentError, fetchJson } from '../../upstream/http/exchange/fetchJson.ts';
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
  const document = await fetchJson(publicOnly, new URL(id), { maxBytes, waitMs }).catch((error: unknown) => {
    if (!(error instanceof DocumentError)) throw error;
    throw new AppDocumentError(`the application describes itself at ${id}, which ${error.message}`);
  });
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
