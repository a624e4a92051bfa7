import { dirname } from 'node:path';
import { findCheckpointVerifierKey } from '../../../audit/checkpoint/checkpointKey.ts';
import { newestCheckpoint } from '../../../audit/read/newestCheckpoint.ts';
import { auditLogPath } from '../../auditLogPath.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';

/** `lmcp audit checkpoint`: the newest signed checkpoint, to be kept elsewhere; or the key that checks all of them. */
export async function auditCheckpoint(
  context: CommandContext,
  log: string,
  options: { readonly key?: true },
): Promise<ExitCode> {
  context.terminal.out(options.key === true ? `${await verifierKey(context)}\n` : await newest(context, log));
  return ExitCode.fine;
}

async function verifierKey({ registryPath }: CommandContext): Promise<string> {
  const key = await findCheckpointVerifierKey(dirname(registryPath));
  if (key !== undefined) return key;
  throw new CommandFailure(
    `there is no audit-checkpoint.key beside ${registryPath} that can be read; the gateway makes one when it starts`,
  );
}

async function newest(context: CommandContext, log: string): Promise<string> {
  const path = await auditLogPath(context, log);
  const note = await newestCheckpoint(path).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : 'unreadable';
    throw new CommandFailure(`the audit log can't be read: ${message}`);
  });
  if (note !== undefined) return note;
  throw new CommandFailure(
    `${path} has no checkpoint yet; one comes each 1,000 lines, each 5 minutes and when the gateway ends`,
  );
}
