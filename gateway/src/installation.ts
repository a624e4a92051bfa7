import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that holds `gateway/` and `web/`: a checkout, LMCP's image, or the installed package, whose bundle has the same
 * layout. Without a slash at its end.
 */
export const installation = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Whether this is the package: bundled JavaScript, in a folder that belongs to the package manager. */
export const packaged = !import.meta.url.endsWith('.ts');

/** The script of the server that comes with LMCP, of the installation in that folder. */
export function timeServerIn(folder: string): string {
  return join(folder, 'gateway', 'builtin', 'time-server.mjs');
}
