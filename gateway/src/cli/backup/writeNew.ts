import { open } from 'node:fs/promises';

/**
 * Writes a file of mode 0600 that must not exist yet, piece by piece, and waits until it is on the disk.
 * @throws the file system's error; what was written stays for the caller to remove
 */
export async function writeNew(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  for await (const piece of content) await file.writeFile(piece);
  await file.sync();
}
