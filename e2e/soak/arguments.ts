import { parseArgs } from 'node:util';

export interface SoakArguments {
  /** Of mixed load. */
  readonly minutes: number;
  /** Of SIGKILL under load. */
  readonly rounds: number;
}

/** @throws Error in words for wrong usage */
export function readArguments(args: readonly string[]): SoakArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '30' },
      rounds: { type: 'string', default: '200' },
    },
  });
  return { minutes: positive('--minutes', values.minutes), rounds: positive('--rounds', values.rounds) };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`${name} must be a number, not ${JSON.stringify(text)}`);
}
