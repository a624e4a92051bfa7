import { readFile, stat } from 'node:fs/promises';

/** Group may read, so that gateway and guard can be two users; nobody else may, and only the owner may write. */
const forbiddenMode = 0o027;
const shortest = 32;

/**
 * The secret that gateway and guard share (`LMCP_GUARD_SECRET_FILE`), for a guard on TCP.
 * @throws Error where the file is missing, open to others, or holds no usable secret
 */
export async function readGuardSecret(path: string): Promise<string> {
  const failure = (why: string): Error => new Error(`LMCP_GUARD_SECRET_FILE ${path} can’t be used: ${why}`);
  const text = await stat(path)
    .then((stats) => {
      if (!stats.isFile()) throw failure('it is not a regular file. Name a file that holds the secret');
      if ((stats.mode & forbiddenMode) !== 0) {
        throw failure(`others may read or change it. Run: chmod 640 ${path}`);
      }
      return readFile(path, 'utf8');
    })
    .catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === undefined
        ? error
        : failure(`${(error as Error).message}. Create it: openssl rand -hex 32`);
    });
  const secret = text.trim();
  if (/^[\x21-\x7e]+$/.test(secret) && secret.length >= shortest) return secret;
  throw failure(
    `it must hold one line of ${shortest} or more printable characters. Create it: openssl rand -hex 32`,
  );
}

/** A header of its own: a web page could not send it without asking first (Fetch, CORS-safelisted request-header). */
export const secretHeader = 'x-lmcp-guard-secret';

/** What a gateway sends with every request to engine or guard. */
export function engineHeaders(secret: string | undefined): Readonly<Record<string, string>> {
  return { Host: 'docker', ...(secret !== undefined && { [secretHeader]: secret }) };
}
