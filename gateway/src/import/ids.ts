import { idFault } from '../registry/id.ts';

/** An id of the registry that is as close as can be to a name: `My Server (2)` becomes `My-Server-2`. */
export function idFrom(name: string): string {
  const id = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/_{2,}/g, '_')
    .replaceAll(/-{2,}/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64)
    .replace(/[_-]+$/, '');
  return idFault(id) === null ? id : 'server';
}

/** The id with the lowest number behind it that is free. */
export function freeId(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const candidate = id.slice(0, 64 - end.length) + end;
    if (!taken.has(candidate)) return candidate;
  }
}
