import type { Argument, Input, KeyValue } from './serverJson.ts';

/** An input that a server requires before it can run. */
export interface Question {
  /** What answers it: the name of a variable, a header, an option without its dashes, or a placeholder. */
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly default: string | null;
  /** The values that may be given; null: any. */
  readonly choices: readonly string[] | null;
  /** An example, for a person. */
  readonly example: string | null;
  /** Several values, a line each. */
  readonly repeated: boolean;
}

/** The value of a question; undefined where there is none, and it need not have one. */
export type ValueOf = (question: Question) => string | undefined;

const placeholder = /\{([A-Za-z_][\w.-]*)\}/g;

/**
 * The value of an input: what it fixes itself, with its placeholders filled, else the answer to it.
 * @param name under which it is asked for
 */
function filledInput(input: Input, name: string, valueOf: ValueOf, repeated = false): string | undefined {
  if (input.value === undefined) return valueOf(questionOf(input, name, repeated));
  return filledTemplate(input.value, input.variables ?? {}, valueOf);
}

/** A text with its `{placeholders}`; one that `variables` does not describe stays as it is. */
export function filledTemplate(
  text: string,
  variables: Readonly<Record<string, Input>>,
  valueOf: ValueOf,
): string | undefined {
  const lacking: string[] = [];
  const filled = text.replace(placeholder, (whole, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (variable === undefined) return whole;
    const value = filledInput(variable, name, valueOf);
    if (value === undefined) lacking.push(name);
    return value ?? '';
  });
  return lacking.length === 0 ? filled : undefined;
}

/** Environment variables or headers; those without a value are left out. */
export function filledPairs(pairs: readonly KeyValue[], valueOf: ValueOf): Readonly<Record<string, string>> {
  const filled = pairs.map((pair) => [pair.name, filledInput(pair, pair.name, valueOf)] as const);
  return Object.fromEntries(filled.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Words of a command line: an option and its value are two of them. */
export function filledArguments(list: readonly Argument[], valueOf: ValueOf): readonly string[] {
  return list.flatMap((argument) => {
    if (argument.type === 'named') {
      if (isSwitch(argument)) return [argument.name];
      const values = valuesOf(argument, bare(argument.name), valueOf);
      if (argument.format === 'boolean') return values.includes('true') ? [argument.name] : [];
      return values.flatMap((value) => [argument.name, value]);
    }
    return valuesOf(argument, argument.valueHint ?? 'argument', valueOf);
  });
}

function valuesOf(argument: Argument, name: string, valueOf: ValueOf): readonly string[] {
  const repeated = argument.isRepeated === true;
  const value = filledInput(argument, name, valueOf, repeated);
  if (value === undefined) return [];
  return repeated ? value.split('\n').filter((line) => line !== '') : [value];
}

/** An option without a value that needs no decision: `-y`. */
function isSwitch({ value, default: fallback, isRequired, format, description, choices }: Input): boolean {
  return [value, fallback, isRequired, format, description, choices].every((part) => part === undefined);
}

function bare(option: string): string {
  return option.replace(/^-+/, '');
}

function questionOf(input: Input, name: string, repeated: boolean): Question {
  return {
    name,
    description: input.description ?? '',
    required: input.isRequired === true,
    secret: input.isSecret === true,
    default: input.default ?? null,
    choices: input.choices ?? null,
    example: input.placeholder ?? null,
    repeated,
  };
}
