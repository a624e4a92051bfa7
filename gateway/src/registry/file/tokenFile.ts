import { readFileSync, statSync } from 'node:fs';

/** Far longer than any token. */
const maxTokenFileBytes = 16 * 1024;
/** The file of all secrets, or one that holds a key with its certificates. */
const maxSecretsFileBytes = 256 * 1024;

/** The content of a `token_file`. Throws an error with a `code` where it is not a readable, small, regular file. */
export function readTokenFile(path: string): string {
  return readSmallFile(path, maxTokenFileBytes);
}

/** The content of the file of all secrets, or of one that holds a secret. Throws as `readTokenFile`. */
export function readSecretsFile(path: string): string {
  return readSmallFile(path, maxSecretsFileBytes);
}

function readSmallFile(path: string, maxBytes: number): string {
  const { size } = regularFile(path);
  if (size > maxBytes) throw Object.assign(new Error('a token file is small'), { code: 'EFBIG' });
  return readFileSync(path, 'utf8');
}

/** Reading a pipe or a device would never end. */
function regularFile(path: string): { size: number } {
  const found = statSync(path);
  if (!found.isFile()) throw Object.assign(new Error('not a regular file'), { code: 'not a regular file' });
  return found;
}
