import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

// The adapter could compress, but does it before the bootstrap is removed from the page: what it compressed is another page.

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);
const build = fileURLToPath(new URL('build', import.meta.url));

const entries = await readdir(build, { recursive: true, withFileTypes: true });
for (const entry of entries) {
  if (!entry.isFile() || !/\.(?:css|html|js|json|svg)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const body = await readFile(file);
  await keepSmaller(`${file}.br`, await brotli(body), body);
  await keepSmaller(`${file}.gz`, await gzip(body, { level: 9 }), body);
}

/**
 * A small file can grow by compression: then there is no copy.
 * @param {string} file
 * @param {Buffer} compressed
 * @param {Buffer} body
 */
async function keepSmaller(file, compressed, body) {
  if (compressed.length < body.length) await writeFile(file, compressed);
}
