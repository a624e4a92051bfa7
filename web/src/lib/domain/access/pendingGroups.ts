import type { RegistryPatch } from 'lmcp-gateway/src/api/registry.ts';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { changedPaths } from './patch.ts';

/** Pending changes of one object: they are discarded together. */
export interface PendingGroup {
  /** Of the object in the patch. */
  readonly path: readonly string[];
  /** As in `server github`, `client codex`, `lmcp.port`. */
  readonly name: string;
  readonly change: 'new' | 'removed' | 'changed';
  /** Keys of the object that change, as in `tool_policy.mode`; none of one that is new or removed. */
  readonly keys: readonly string[];
}

/** What is pending, by object: a new server is one change, however many keys it has. */
export function pendingGroups(current: RegistryView, patch: RegistryPatch): PendingGroup[] {
  const paths = changedPaths(patch);
  const objectOf = (path: readonly string[]): string[] => path.slice(0, 2);
  const groups = Map.groupBy(paths, (path) => JSON.stringify(objectOf(path)));
  return [...groups].map(([key, below]) => {
    const path = JSON.parse(key) as string[];
    const [section = '', id = ''] = path;
    if (section !== 'clients' && section !== 'servers')
      return {
        path,
        name: path.join('.'),
        change: 'changed',
        keys: below.map((one) => one.slice(2).join('.')).filter(Boolean),
      };
    const name = `${section === 'clients' ? 'client' : 'server'} ${id}`;
    if (!Object.hasOwn(current[section], id)) return { path, name, change: 'new', keys: [] };
    if (below.some((one) => one.length === 2)) return { path, name, change: 'removed', keys: [] };
    return { path, name, change: 'changed', keys: below.map((one) => one.slice(2).join('.')) };
  });
}
