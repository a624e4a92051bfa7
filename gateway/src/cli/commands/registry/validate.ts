import { printJson } from '../../output/printJson.ts';
import { ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { RegistryInvalidError } from '../../../registry/yaml/problem.ts';
import { formatProblems } from '../../../registry/redact/formatProblems.ts';
import { readRegistryFile, type RegistryFile } from '../../registry/registryFile.ts';
import { styleOf } from '../../output/style.ts';

/** `lmcp validate`: exit 2 and every problem, or 0 and what the registry holds. */
export async function validate(
  context: CommandContext,
  options: { readonly json?: true },
): Promise<ExitCode> {
  if (options.json === true) return validateJson(context);
  const file = await readRegistryFile(context);
  const { terminal } = context;
  if (file.warnings.length > 0) {
    const { paint } = styleOf(terminal, 'stderr');
    const message = formatProblems(file.warnings, file.text, file.path, { paint, severity: 'warning' });
    terminal.err(`${message}\n\n`);
  }
  terminal.out(`${file.path} is valid: ${contents(file)}\n`);
  return ExitCode.fine;
}

async function validateJson(context: CommandContext): Promise<ExitCode> {
  const write = (result: object) => printJson(context.terminal, result);
  try {
    const { path, warnings } = await readRegistryFile(context);
    write({ valid: true, path, errors: [], warnings });
    return ExitCode.fine;
  } catch (error) {
    if (!(error instanceof RegistryInvalidError)) throw error;
    write({ valid: false, path: error.file, errors: error.problems, warnings: [] });
    return ExitCode.usage;
  }
}

function contents({ registry }: RegistryFile): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return `${count(registry.clients.size, 'client')}, ${count(registry.servers.size, 'server')}`;
}
