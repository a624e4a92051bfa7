import { printJson } from '../../output/printJson.ts';
import { redactRegistry } from '../../../registry/redact/redact.ts';
import { ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/** `lmcp config`: what the registry holds, secrets replaced by whether they are set. */
export async function config(context: CommandContext): Promise<ExitCode> {
  const { text } = await readRegistryFile(context);
  printJson(context.terminal, redactRegistry(text));
  return ExitCode.fine;
}
