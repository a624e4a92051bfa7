import { containerClient } from './containerClient.ts';

/** Written where a value was taken out. */
const hidden = '<redacted>';

/** `--env=NAME=value`, and what short flags are clustered with: `-eNAME=value`, `-ie=NAME=value`. */
const inOneWord = /^(--env=|-[a-zA-Z]*?e=?)([^\s=]+)=(.+)$/s;
const value = /^([^\s=]+)=(.+)$/s;
const flagBefore = /^(--env|-[a-zA-Z]*e)$/;

/**
 * The `args` of a server entry as they may be shown: with a container client as `command` the values that `-e NAME=value` writes out are
 * hidden, wherever they are; other arguments, and those of other commands, stay.
 */
export function shownArgs(command: unknown, args: unknown): unknown {
  if (typeof command !== 'string' || containerClient(command) === undefined || !Array.isArray(args))
    return args;
  return args.map((word: unknown, index): unknown => {
    if (typeof word !== 'string') return word;
    const before: unknown = args[index - 1];
    return typeof before === 'string' && flagBefore.test(before)
      ? word.replace(value, `$1=${hidden}`)
      : word.replace(inOneWord, `$1$2=${hidden}`);
  });
}

/** Whether an argument is one that was shown with its value hidden: written back, it would replace the real value. */
export function isHidden(arg: string): boolean {
  return arg.endsWith(`=${hidden}`);
}
