import { RegistryInvalidError } from '../../registry/yaml/problem.ts';
import { parseRegistryFile } from '../../registry/file/registryFile.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** A registry as if it had been read from a file; `files` are the token files below its folder. */
export function registryFileOf(
  text: string,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): RegistryFile {
  const path = '/nowhere/registry.yaml';
  const result = parseRegistryFile(path, text, { env });
  if (!result.ok) throw new RegistryInvalidError(result.problems, text, path);
  const readFile = (name: string) => {
    const content = files[name];
    if (content === undefined) throw new Error('no such file');
    return content;
  };
  return { path, text, registry: result.registry, warnings: [], env, baseDir: '/nowhere', readFile };
}
