import { ForeignFileError } from '../../connect/foreignFile.ts';
import { AuditUnavailableError } from '../../errors.ts';
import { RegistryInvalidError } from '../../registry/yaml/problem.ts';
import { RegistryCustodyError } from '../../registry/file/custody.ts';
import { RegistryWriteError } from '../../registry/file/write.ts';
import { CommandFailure, ExitCode } from '../exitCodes.ts';
import { oneLine } from './printer.ts';
import { styleOf } from './style.ts';
import type { Terminal } from './terminal.ts';

/** Says on stderr what ended a command, and gives the exit status for it. */
export async function explainFailure(error: unknown, terminal: Terminal): Promise<ExitCode> {
  const say = (message: string) => terminal.err(`lmcp: ${oneLine(message)}\n`);
  if (isCommanderError(error)) return error.exitCode === 0 ? ExitCode.fine : ExitCode.usage;
  if (error instanceof RegistryInvalidError) {
    const { formatProblems } = await import('../../registry/redact/formatProblems.ts');
    const { paint } = styleOf(terminal, 'stderr');
    terminal.err(`${formatProblems(error.problems, error.text, error.file, { paint })}\n\n`);
    say(error.message);
    return ExitCode.usage;
  }
  if (error instanceof CommandFailure) {
    say(error.message);
    return error.exitCode;
  }
  if (error instanceof RegistryCustodyError) {
    say(error.message);
    return ExitCode.usage;
  }
  const expected = expectedMessage(error);
  say(expected ?? (error instanceof Error ? error.message : 'something failed without saying what'));
  const debug = (terminal.env['LMCP_DEBUG'] ?? '') !== '';
  if (debug) terminal.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  else if (expected === undefined) say('this was not expected; LMCP_DEBUG=1 shows where it happened');
  return ExitCode.failed;
}

/** Commander has written its own words by the time it throws; told by its fields, so that it need not be loaded here. */
function isCommanderError(error: unknown): error is { readonly exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

/** Words for what can go wrong on any machine; undefined for what nobody thought of. */
function expectedMessage(error: unknown): string | undefined {
  if (error instanceof AuditUnavailableError) return `nothing was done: ${error.message}`;
  if (error instanceof RegistryWriteError || error instanceof ForeignFileError) return error.message;
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const message = code === undefined ? undefined : errnoMessages.get(code);
  if (message === undefined) return undefined;
  return path === undefined ? `${message} (${error.message})` : `${path}: ${message}`;
}

const errnoMessages = new Map([
  ['EACCES', 'access denied. Check its owner and mode, or run LMCP as the user that owns it'],
  ['EPERM', 'the system denies this. Check its owner, mode and attributes'],
  ['ENOENT', 'no such file or folder'],
  ['EISDIR', 'this is a folder, where a file is needed'],
  ['ENOTDIR', 'a part of this path is a file, where a folder is needed'],
  ['ENOSPC', 'no space is left on the disk'],
  ['EROFS', 'the file system is read-only'],
  ['ECONNREFUSED', 'the gateway does not answer any more'],
  ['ECONNRESET', 'the gateway ended the connection; it may have been stopped'],
]);
