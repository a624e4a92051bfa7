import { resolve } from 'node:path';
import { editSecrets } from '../../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../../registry/secrets/secretReader.ts';
import { keyringService } from '../../../registry/secrets/secretsFile.ts';
import { systemKeyring } from '../../../upstream/secrets/systemKeyring.ts';
import { CommandFailure, ExitCode, usageFailure } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { checkedName } from '../../secret/secretFiles.ts';

export interface SecretSetOptions {
  readonly keyring?: true;
  readonly file?: string;
}

/**
 * `lmcp secret set <name> [-- program argument…]`: the value comes from stdin or the keyboard, never from the command line, which
 * other users of the machine can see.
 */
export async function secretSet(
  context: CommandContext,
  given: string,
  command: readonly string[],
  options: SecretSetOptions,
): Promise<ExitCode> {
  const name = checkedName(given);
  const path = secretsPath(context.registryPath);
  await editSecrets(path, { [name]: await entryOf(context, name, command, options) });
  context.terminal.err(`lmcp: secret ${name} is set: ${path}\n`);
  return ExitCode.fine;
}

async function entryOf(
  { terminal }: CommandContext,
  name: string,
  command: readonly string[],
  { keyring, file }: SecretSetOptions,
): Promise<unknown> {
  if ([keyring, file, command[0]].filter((one) => one !== undefined).length > 1)
    throw usageFailure('a secret comes from one place: the keyring, a file, or a command');
  if (command.length > 0) return { command };
  if (file !== undefined) return { file: resolve(terminal.cwd, file) };
  const value = await valueFrom(terminal, name);
  if (keyring !== true) return value;
  try {
    await (await systemKeyring()).set(keyringService, name, value);
  } catch (error) {
    throw new CommandFailure(`${(error as Error).message}. Without --keyring it is kept in secrets.yaml`);
  }
  return { keyring: true, updated: new Date().toISOString() };
}

async function valueFrom(terminal: CommandContext['terminal'], name: string): Promise<string> {
  const read = terminal.stdinIsTerminal
    ? await terminal.askHidden(`Value of ${name} (not shown): `, AbortSignal.any([]))
    : (await terminal.readStdin()).replace(/\r?\n$/, '');
  if (read === undefined || read === '') throw usageFailure('nothing was set: the value is empty');
  if (read.includes('\0')) throw usageFailure('nothing was set: the value holds a NUL character');
  return read;
}
