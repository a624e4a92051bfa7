import { basename, dirname, resolve } from 'node:path';

/**
 * The folder that relative paths of a registry resolve against: beside `config/registry.yaml` it is the parent of `config`,
 * so that `logs/audit.log` is next to it; elsewhere it is the registry's own folder.
 */
export function baseDirOf(registryPath: string): string {
  const folder = dirname(resolve(registryPath));
  return basename(folder) === 'config' ? dirname(folder) : folder;
}
