import { resolve } from 'node:path';
import type { CommandContext } from './commandContext.ts';
import { readRegistryFile } from './registry/registryFile.ts';

/** The log named on the command line (a copy, say), or the registry's where none is named. */
export async function auditLogPath(context: CommandContext, log: string): Promise<string> {
  if (log !== '') return resolve(context.terminal.cwd, log);
  return (await readRegistryFile(context)).registry.settings.auditLog;
}
