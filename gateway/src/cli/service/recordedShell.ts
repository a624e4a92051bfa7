import { resolve } from 'node:path';
import { ownScript } from '../../connect/bridgeCommand.ts';
import { parseRegistryFile, readRegistryText } from '../../registry/file/registryFile.ts';
import { countOf } from '../../registry/yaml/problem.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { ServiceProgram } from './service.ts';

/** Beside these a service has what the system gives every process of the person. */
const recorded = ['PATH', 'DOCKER_HOST'];
const given = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'XDG_RUNTIME_DIR', 'USERPROFILE', 'APPDATA'];

/** What a service that is installed from this shell is to start. */
export function programOf({ terminal, registryPath }: CommandContext): ServiceProgram {
  const env = pick(terminal.env, recorded);
  return { node: process.execPath, script: ownScript(), registry: resolve(registryPath), env };
}

/**
 * A registry that needs other variables of this shell would not be valid in a service.
 * @throws CommandFailure that says so; RegistryCustodyError
 */
export async function requireNoOtherVariables({ terminal, registryPath }: CommandContext): Promise<void> {
  let text: string;
  try {
    text = await readRegistryText(registryPath);
  } catch (error) {
    // The first start writes one.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const problemsWith = (env: Readonly<Record<string, string | undefined>>) => {
    const result = parseRegistryFile(registryPath, text, { env });
    return result.ok ? [] : result.problems;
  };
  if (problemsWith(terminal.env).length > 0)
    throw new CommandFailure(`${registryPath} is not valid: run lmcp validate`);
  const problems = problemsWith(pick(terminal.env, [...recorded, ...given]));
  const [first] = problems;
  if (first === undefined) return;
  throw new CommandFailure(
    `a service has no other variables of this shell, and the registry needs some (${countOf(problems)}; line ${first.line}: ` +
      `${first.path}: ${first.message}). Keep them as secrets: lmcp secret set`,
  );
}

function pick(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name] ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
}
