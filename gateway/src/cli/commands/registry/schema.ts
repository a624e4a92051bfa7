import { printJson } from '../../output/printJson.ts';
import { registryJsonSchema } from '../../../registry/schema/schema.ts';
import { ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';

/** `lmcp schema`: for editors and for other programs that write registries. */
export function schema({ terminal }: CommandContext): Promise<ExitCode> {
  printJson(terminal, registryJsonSchema());
  return Promise.resolve(ExitCode.fine);
}
