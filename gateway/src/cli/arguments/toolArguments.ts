import { isRecord } from '../../json/isRecord.ts';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseLossless } from '../../json/lossless.ts';
import { isRawJson } from '../../json/losslessNumber.ts';
import { usageFailure } from '../exitCodes.ts';
import type { Terminal } from '../output/terminal.ts';

export interface ArgumentOptions {
  readonly argsJson?: string;
  readonly argsFile?: string;
}

/**
 * The arguments of a tool call: a JSON object, every digit kept; an empty one where none are given.
 * @throws CommandFailure that names the place in the JSON, never its content
 */
export async function readArguments(
  options: ArgumentOptions,
  terminal: Terminal,
): Promise<Readonly<Record<string, unknown>>> {
  const { argsJson, argsFile } = options;
  if (argsJson !== undefined && argsFile !== undefined) {
    throw usageFailure("--args-json and --args-file can't go together: give one of them");
  }
  if (argsJson !== undefined) return parseArguments(argsJson, '--args-json');
  if (argsFile === undefined) return {};
  if (argsFile === '-') return parseArguments(await terminal.readStdin(), 'stdin');
  return parseArguments(await textOf(resolve(terminal.cwd, argsFile)), argsFile);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageFailure(
      `--args-file can't be read: ${path} (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`,
    );
  }
}

/** Exported for its test. */
export function parseArguments(text: string, source: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseLossless(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw usageFailure(
      `${source} is not JSON${placeOf(error, text)}; the arguments are an object, like '{"path":"/tmp"}'`,
    );
  }
  if (isRecord(value) && !isRawJson(value)) return value;
  throw usageFailure(`${source} must be a JSON object, like '{"path":"/tmp"}'`);
}

/** The engine's message quotes the text, which may hold a secret: only the position is taken from it. */
function placeOf(error: unknown, text: string): string {
  const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}
