import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandContext } from '../commandContext.ts';
import type { ExitCode } from '../exitCodes.ts';

/** `options` has the type that the command's definition promises: commander gives what its parsers gave. */
type Run = (context: CommandContext, args: readonly string[], options: never) => Promise<ExitCode>;
export type Add = (
  parent: Command,
  name: string,
  description: string,
  run: Run,
  options?: { readonly hidden: boolean },
) => Command;

export const jsonOption = ['--json', 'JSON for scripts'] as const;
export const clientOption = ['--client <id>', 'act as this client', once('--client')] as const;
export const transportOption = () =>
  new Option('--transport <name>', "fail unless this is the server's transport").choices(['stdio', 'http']);
/** Of the environment where it is not given: so the image's commands find a gateway on another port. */
export const portOption = (description: string) =>
  new Option('--port <number>', description).env('LMCP_PORT').argParser(port);

/** An option that may be said several times. */
export function all(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** An option that may be said twice only with one value. */
export function once(flag: string): (value: string, previous: string | undefined) => string {
  return (value, previous) => {
    if (value === '') throw new InvalidArgumentError('It is empty.');
    if (previous === undefined || previous === value) return value;
    throw new InvalidArgumentError(`${flag} was given before, as '${previous}'.`);
  };
}

export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

const port = wholeNumber(1, 65_535);
