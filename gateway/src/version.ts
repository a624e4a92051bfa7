import { readFileSync } from 'node:fs';

interface Manifest {
  readonly version: string;
}

/** The gateway's own version, from its package.json. */
export const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest
).version;
