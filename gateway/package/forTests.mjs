// The program as its package has it, for the tests that start it as a process: it starts in half the time that the sources take.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFolder, removeLeftBuilds } from '../setup/install/leftBuilds.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(root, 'dist/for-tests');
const sources = [
  'gateway/{src,package,builtin}/**/*.{ts,mjs,cjs,json}',
  'gateway/package.json',
  'package-lock.json',
];

/** The setup of a vitest project: builds what is missing or was built from other sources. */
export async function setup() {
  await removeLeftBuilds(folder);
  const digest = sourceDigest();
  if (builtFrom() === digest) return;
  const { buildProgram } = await import('./build.mjs');
  const fresh = buildFolder(folder);
  const packages = await buildProgram(fresh);
  await writeFile(join(fresh, 'packages.json'), JSON.stringify(packages));
  // The interface is built by itself; what is built later is served too.
  await mkdir(join(fresh, 'web'));
  await symlink(join(root, 'web/build'), join(fresh, 'web/build'));
  await writeFile(join(fresh, 'sources.sha256'), digest);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}

function builtFrom() {
  try {
    return readFileSync(join(folder, 'sources.sha256'), 'utf8');
  } catch {
    return '';
  }
}

/** Names and contents, hex. */
function sourceDigest() {
  const hash = createHash('sha256');
  for (const path of globSync(sources, { cwd: root }).sort()) {
    if (/\.test\.\w+$/.test(path)) continue;
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}
