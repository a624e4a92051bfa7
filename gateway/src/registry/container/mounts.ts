import { isInside } from './fields.ts';
import type { Field } from './problem.ts';
import type { ContainerMount } from '../types.ts';

/** Trees of the host that no container may see, not even in part, and not by way of a folder around them. */
const hostTrees: readonly string[] = [
  '/proc',
  '/sys',
  '/etc',
  '/dev',
  '/boot',
  '/run',
  '/var/run',
  '/var/lib/docker',
  '/var/lib/containerd',
];

const contains = (outer: string, inner: string): boolean => outer === '/' || isInside(inner, outer);

/** Absolute, without `.`, `..`, doubled or trailing slashes. Symlinks are not looked at. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * Why a path of the host may not be mounted into a container, in words; undefined where it may.
 * @param source absolute and normalized; to be asked again with symlinks resolved
 * @param forbidden further trees: the gateway's own configuration and audit folders, the engine's socket
 */
export function mountDenial(source: string, forbidden: readonly string[] = []): string | undefined {
  if (source === '/') return 'the root of the host is never mounted into a server';
  if (/(^|\/)((docker|containerd|podman)\.sock|\.docker(\/.*)?)$/.test(source)) {
    return 'an engine’s socket is never mounted: its holder controls the host';
  }
  const tree = hostTrees.find((root) => contains(root, source) || contains(source, root));
  if (tree !== undefined) return `${tree} of the host is never mounted into a server, nor a folder around it`;
  const own = forbidden.find((root) => contains(root, source) || contains(source, root));
  if (own !== undefined)
    return 'it contains, or is in, the gateway’s configuration or audit log, or the engine’s socket';
  return undefined;
}

/** A volume's name has no slash; everything else is a path, relative ones against `baseDir`. */
export function mountSource(
  written: unknown,
  baseDir: string,
): Field<Pick<ContainerMount, 'type' | 'source'>> {
  if (typeof written !== 'string' || written === '' || written.includes('\0')) {
    return {
      message: 'is not a path nor a volume',
      fix: 'write an absolute path, ./folder, or a volume’s name',
    };
  }
  if (/^[A-Za-z0-9][\w.-]{1,127}$/.test(written)) return { value: { type: 'volume', source: written } };
  if (written.startsWith('~') || /^[A-Za-z]:[\\/]/.test(written)) {
    return {
      message: 'is not a path that the engine understands',
      fix: 'write the whole path, from / on; ~ and drive letters are not expanded',
    };
  }
  const source = normalizePath(written.startsWith('/') ? written : `${baseDir}/${written}`);
  const denial = mountDenial(source);
  if (denial !== undefined)
    return { message: `can’t be mounted: ${denial}`, fix: 'mount a folder made for it' };
  return { value: { type: 'bind', source } };
}
