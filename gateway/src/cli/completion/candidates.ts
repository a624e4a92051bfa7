import type { Argument, Command, Option } from 'commander';

/** A possible next word. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What arguments of a kind may be here. */
export type Values = Readonly<Record<'server' | 'client' | 'app', readonly string[]>>;

/**
 * What the last word of a command line could become, from the definition of the commands.
 * @param words what follows `lmcp`; the last one is being typed, and may be empty
 */
export function candidates(program: Command, words: readonly string[], values: Values): Candidate[] {
  const typed = words.at(-1) ?? '';
  const place = placeOf(program, words.slice(0, -1));
  if (place === undefined) return [];
  return offered(place, typed, values).filter(({ word }) => word.startsWith(typed));
}

interface Place {
  readonly command: Command;
  /** Arguments that are given already. */
  readonly given: number;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
}

/** Undefined after `--`, where another program's words begin. */
function placeOf(program: Command, before: readonly string[]): Place | undefined {
  let place: Place = { command: program, given: 0, option: undefined };
  for (const word of before) {
    if (word === '--') return undefined;
    place = after(place, word);
  }
  return place;
}

function after({ command, given, option }: Place, word: string): Place {
  if (option !== undefined) return { command, given, option: undefined };
  if (word.startsWith('-')) {
    const named = optionsOf(command).find(({ long, short }) => long === word || short === word);
    return { command, given, option: named?.required === true ? named : undefined };
  }
  const inner = given === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return inner === undefined
    ? { command, given: given + 1, option: undefined }
    : { command: inner, given: 0, option: undefined };
}

function offered({ command, given, option }: Place, typed: string, values: Values): Candidate[] {
  if (option !== undefined) return valuesOf(command, option, values);
  if (typed.startsWith('-')) return optionsOf(command).flatMap(flagsOf);
  const argument = command.registeredArguments[given] ?? lastVariadic(command);
  const inner =
    given === 0 ? command.commands.map((one) => ({ word: one.name(), about: one.description() })) : [];
  return [...inner.filter(({ word }) => word !== hidden), ...valuesOf(command, argument, values)];
}

/** The command that the shells ask. */
export const hidden = 'complete';

function optionsOf(command: Command): readonly Option[] {
  const above = command.parent === null ? [] : optionsOf(command.parent);
  return [...command.options, ...above].filter((one) => !one.hidden);
}

function flagsOf({ long, short, description }: Option): Candidate[] {
  const word = long ?? short;
  return word === undefined ? [] : [{ word, about: description }];
}

function lastVariadic(command: Command): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return last?.variadic === true ? last : undefined;
}

function valuesOf(command: Command, of: Argument | Option | undefined, values: Values): Candidate[] {
  if (of === undefined) return [];
  const plain = (words: readonly string[]): Candidate[] => words.map((word) => ({ word, about: '' }));
  if (of.argChoices !== undefined) return plain(of.argChoices);
  const kind = kindOf(command, of);
  return kind === undefined ? [] : plain(values[kind]);
}

function kindOf(command: Command, of: Argument | Option): keyof Values | undefined {
  const name = 'flags' in of ? /<([\w-]+)>/.exec(of.flags)?.[1] : of.name();
  if ('flags' in of && of.long === '--client') return 'client';
  if (name === 'server' || name === 'client' || name === 'app') return name;
  const isOfClients = command.parent?.name() === 'client' && command.name() !== 'add';
  return name === 'id' && isOfClients ? 'client' : undefined;
}
