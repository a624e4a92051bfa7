import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readCheckpoint, type Checkpoint } from '../../audit/checkpoint/checkpoint.ts';
import { findCheckpointVerifierKey } from '../../audit/checkpoint/checkpointKey.ts';
import type { KnownOutside } from '../../audit/checkpoint/checkpointCheck.ts';
import { readVerifierKey, type NoteVerifier } from '../../audit/checkpoint/signedNote.ts';
import { usageFailure } from '../exitCodes.ts';
import type { CommandContext } from '../commandContext.ts';

export interface KnownOptions {
  /** Verifier keys, or files with one key a line. */
  readonly key?: readonly string[];
  /** A file with a checkpoint as `lmcp audit checkpoint` prints it. */
  readonly checkpoint?: string;
}

/**
 * The keys and the checkpoint that a log is compared with: those named, else, for the registry's own log, the key beside the registry.
 * @throws CommandFailure for what can't be read
 */
export async function knownOutside(
  { terminal, registryPath }: CommandContext,
  log: string,
  options: KnownOptions,
): Promise<KnownOutside> {
  const kept =
    options.checkpoint === undefined ? [] : [keptCheckpoint(resolve(terminal.cwd, options.checkpoint))];
  if (options.key !== undefined) {
    return { kept, verifiers: options.key.flatMap((key) => namedKeys(terminal.cwd, key)) };
  }
  const own = log === '' ? await findCheckpointVerifierKey(dirname(registryPath)) : undefined;
  const verifier = own === undefined ? undefined : readVerifierKey(own);
  return { kept, verifiers: verifier === undefined ? [] : [verifier] };
}

function namedKeys(cwd: string, key: string): NoteVerifier[] {
  const own = readVerifierKey(key);
  if (own !== undefined) return [own];
  const path = resolve(cwd, key);
  const lines = readText(path, 'verifier key')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const keys = lines.map((line) => readVerifierKey(line));
  if (keys.length === 0 || keys.includes(undefined)) {
    throw usageFailure(
      `${path} holds no verifier keys, one a line; \`lmcp audit checkpoint --key\` prints one`,
    );
  }
  return keys.filter((each) => each !== undefined);
}

function keptCheckpoint(path: string): Checkpoint {
  const checkpoint = readCheckpoint(readText(path, 'checkpoint'));
  if (checkpoint !== undefined) return checkpoint;
  throw usageFailure(`${path} is not a checkpoint as \`lmcp audit checkpoint\` prints it`);
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw usageFailure(`the ${what} ${path} can't be read (${code})`);
  }
}
