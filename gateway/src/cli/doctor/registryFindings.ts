import { RegistryInvalidError, type Problem } from '../../registry/yaml/problem.ts';
import { RegistryCustodyError } from '../../registry/file/custody.ts';
import { modeWarnings } from '../../registry/file/modeWarnings.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandFailure } from '../exitCodes.ts';
import { readRegistryFile, type RegistryFile } from '../registry/registryFile.ts';
import { doubtful, fine, wrong, type Finding } from './finding.ts';

/** The registry where it can be used, and what there is to say about it. */
export async function registryFindings(
  context: CommandContext,
): Promise<{ readonly file?: RegistryFile; readonly findings: readonly Finding[] }> {
  const { registryPath: path, commandLine } = context;
  try {
    const file = await readRegistryFile(context);
    const modes = await modeWarnings(path);
    const findings = [
      fine('registry', `${path} is valid`),
      ...file.warnings.map((one) => doubtful('registry', placed(path, one), one.fix)),
      ...modes.map((words) => doubtful('registry', ...cutAtFix(words))),
    ];
    return { file, findings };
  } catch (error) {
    if (error instanceof RegistryInvalidError) {
      return { findings: error.problems.map((one) => wrong('registry', placed(error.file, one), one.fix)) };
    }
    if (error instanceof RegistryCustodyError || error instanceof CommandFailure) {
      return { findings: [wrong('registry', error.message, commandLine('validate'))] };
    }
    throw error;
  }
}

function placed(file: string, { line, column, path, message }: Problem): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** Of a warning that ends with its command. */
function cutAtFix(words: string): [about: string, fix: string] {
  const at = words.lastIndexOf('chmod');
  return [words.slice(0, at).replace(/(?:: |\. Run: )$/, ''), words.slice(at)];
}
