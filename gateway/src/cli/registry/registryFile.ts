import { baseDirOf } from '../../registry/file/baseDir.ts';
import { RegistryInvalidError, type Problem } from '../../registry/yaml/problem.ts';
import { parseRegistryFile, readRegistryText } from '../../registry/file/registryFile.ts';
import type { RegistryStore } from '../../registry/store.ts';
import { readTokenFile } from '../../registry/file/tokenFile.ts';
import type { Registry } from '../../registry/types.ts';
import { usageFailure } from '../exitCodes.ts';
import type { CommandContext } from '../commandContext.ts';

/** The registry as its file has it now, with what is needed to look further into the file. */
export interface RegistryFile {
  readonly path: string;
  readonly text: string;
  readonly registry: Registry;
  readonly warnings: readonly Problem[];
  readonly env: CommandContext['terminal']['env'];
  readonly baseDir: string;
  readonly readFile: (path: string) => string;
}

/**
 * Reads the registry of this command line.
 * @throws RegistryInvalidError with every problem; CommandFailure when there is no file
 */
export async function readRegistryFile({ terminal, registryPath }: CommandContext): Promise<RegistryFile> {
  const text = await textOf(registryPath);
  const file = {
    path: registryPath,
    text,
    env: terminal.env,
    baseDir: baseDirOf(registryPath),
    readFile: readTokenFile,
  };
  const result = parseRegistryFile(registryPath, text, { env: file.env });
  if (!result.ok) throw new RegistryInvalidError(result.problems, text, registryPath);
  return { ...file, registry: result.registry, warnings: result.warnings };
}

/** The active registry in a gateway of this process. */
export function registryInForce(store: RegistryStore, env: RegistryFile['env']): RegistryFile {
  const { path, text, current: registry, warnings } = store;
  return { path, text, registry, warnings, env, baseDir: baseDirOf(path), readFile: readTokenFile };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readRegistryText(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw usageFailure(
      `there is no registry at ${path}; \`lmcp serve\` writes one, or name yours with --registry`,
    );
  }
}
