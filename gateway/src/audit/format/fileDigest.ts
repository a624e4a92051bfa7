import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 (hex) of a file's bytes from `start` up to, not including, `end`. @throws the file system's error */
export async function fileDigest(path: string, start: number, end: number): Promise<string> {
  const digest = createHash('sha256');
  if (end > start) {
    for await (const chunk of createReadStream(path, { start, end: end - 1 })) digest.update(chunk as Buffer);
  }
  return digest.digest('hex');
}
