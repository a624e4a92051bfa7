import type { z } from 'zod';
import { didYouMean } from '../../yaml/didYouMean.ts';
import type { RegistryPath } from '../../yaml/problem.ts';
import { quoted } from '../../yaml/problem.ts';
import { exampleOf } from './schemaBelow.ts';

type MessageAndFix = [message: string, fix: string];

/** What a schema's issue means to the person who wrote the file. Values are never quoted: they may be secrets. */
export function issueMessage(
  issue: z.core.$ZodIssue,
  schema: z.core.$ZodType | undefined,
  path: RegistryPath,
): MessageAndFix {
  const example = exampleFix(schema, path);
  switch (issue.code) {
    case 'invalid_type':
      return typeMessage(issue.expected, issue.input, example);
    case 'invalid_union':
      return [`${kindOf(issue.input)} is not allowed here`, example];
    case 'invalid_value':
      return valueMessage(issue.values.map(String), issue.input);
    case 'too_small':
      return [
        sizeMessage(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum),
        example,
      ];
    case 'too_big':
      return [
        sizeMessage(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum),
        example,
      ];
    case 'invalid_key':
      return [issue.issues[0]?.message ?? 'this name cannot be used', 'use another name'];
    default:
      // The checks that we wrote ourselves bring their own words.
      return [issue.message, example];
  }
}

function typeMessage(expected: string, input: unknown, example: string): MessageAndFix {
  if (input === undefined) return ['this key is missing', `add it, ${example}`];
  const message = `expected ${kindNames[expected] ?? expected}, found ${kindOf(input)}`;
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return [message, 'put the value in quotes'];
  }
  if (expected === 'string' && input === null) return [message, 'write the value, or "" for an empty one'];
  if (expected === 'boolean') return [message, 'write true or false'];
  if (expected === 'array') return [message, 'write a list: ["one", "two"], or [] for none'];
  if (expected === 'record' || expected === 'object') return [message, 'indent its keys below it'];
  return [message, example];
}

function valueMessage(allowed: readonly string[], input: unknown): MessageAndFix {
  const list = allowed.join(', ');
  if (input === undefined) return ['this key is missing', `add it with one of: ${list}`];
  const meant = typeof input === 'string' ? didYouMean(input, allowed) : undefined;
  return [
    'not one of the values that this key can have',
    meant ? `did you mean ${quoted(meant)}?` : `write one of: ${list}`,
  ];
}

function sizeMessage(origin: string, comparison: string, bound: number | bigint): string {
  if (origin === 'string')
    return bound === 1 ? 'this is empty' : `this must have ${comparison} ${bound} characters`;
  if (origin === 'array')
    return bound === 1 && comparison === 'at least'
      ? 'the list is empty'
      : `the list must have ${comparison} ${bound} entries`;
  return `the number must be ${comparison} ${bound}`;
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
  record: 'a section with keys',
};

function kindOf(value: unknown): string {
  if (value === null) return 'an empty value';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a number with a fraction';
  return kindNames[Array.isArray(value) ? 'array' : typeof value] ?? 'this';
}

/** Each key's schema carries an example, for editors and for this. */
function exampleFix(schema: z.core.$ZodType | undefined, path: RegistryPath): string {
  const step = path.at(-1) ?? '';
  const example = exampleOf(schema);
  if (example === undefined) return 'correct the value';
  return `for example: ${typeof step === 'number' ? '-' : `${step}:`} ${JSON.stringify(example)}`;
}
