import { isRecord } from '../../../json/isRecord.ts';
import { z } from 'zod';
import { didYouMean } from '../../yaml/didYouMean.ts';
import type { Findings } from '../../yaml/findings.ts';
import type { RegistryPath } from '../../yaml/problem.ts';
import { quoted } from '../../yaml/problem.ts';
import { mergeKey } from '../../yaml/yamlSource.ts';
import { knownKeys, schemaBelow } from './schemaBelow.ts';
import { issueMessage } from './issueMessage.ts';

/** What could be read of a section: a key with a problem, or absent without a default, is undefined. */
export type Read<S extends z.ZodRawShape> = { readonly [K in keyof S]?: z.output<S[K]> | undefined };

/**
 * Reads a section of the registry key by key, so that one bad key hides no other, and reports all that is wrong.
 */
export function readSection<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  raw: unknown,
  path: RegistryPath,
  findings: Findings,
): Read<S> {
  if (!isRecord(raw)) {
    findings.problem(path, 'this must be a section with keys of its own', 'indent its keys below it', 'key');
    return {};
  }
  reportUnknownKeys(Object.keys(schema.shape), raw, path, findings);
  const read: Record<string, unknown> = {};
  for (const [key, keySchema] of Object.entries(schema.shape)) {
    const given = Object.hasOwn(raw, key) ? raw[key] : undefined;
    const result = z.safeParse(keySchema, given, { reportInput: true });
    if (result.success) {
      read[key] = result.data;
      continue;
    }
    const { issues } = result.error;
    reportIssues(issues, keySchema, [...path, key], given === undefined, findings);
    read[key] = z.safeParse(keySchema, withoutFaulty(given, issues)).data;
  }
  return read as Read<S>;
}

/** Reports the keys that a section does not have, each with the one that was probably meant. */
export function reportUnknownKeys(
  known: readonly string[],
  raw: Readonly<Record<string, unknown>>,
  path: RegistryPath,
  findings: Findings,
): void {
  for (const key of Object.keys(raw)) {
    // A merge key is reported as one at its place.
    if (known.includes(key) || key === mergeKey) continue;
    const meant = didYouMean(key, known);
    const fix =
      meant === undefined
        ? `remove it, or use one of: ${known.join(', ')}`
        : `did you mean ${quoted(meant)}?`;
    findings.problem([...path, key], `unknown key ${quoted(key)}`, fix, 'key');
  }
}

function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.core.$ZodType,
  path: RegistryPath,
  missing: boolean,
  findings: Findings,
): void {
  for (const issue of issues.flatMap(unfolded)) {
    const below = stepsOf(issue.path);
    const at = [...path, ...below];
    const concerned = schemaBelow(schema, below);
    if (issue.code === 'unrecognized_keys') {
      const unknown = Object.fromEntries(issue.keys.map((key) => [key, null]));
      reportUnknownKeys(knownKeys(concerned), unknown, at, findings);
      continue;
    }
    const [message, fix] = issueMessage(issue, concerned, at);
    findings.problem(at, message, fix, missing || issue.code === 'invalid_key' ? 'key' : 'value');
  }
}

/** The issues of the union member that was meant: the one whose outermost type fits. */
function unfolded(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find(([first]) => first?.code !== 'invalid_type' || first.path.length > 0);
  return meant?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function stepsOf(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}

/** The entries of a section that are sound by themselves; undefined where it isn't a matter of single entries. */
function withoutFaulty(given: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  if (!isRecord(given)) return undefined;
  const faulty = new Set(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0
        ? issue.keys
        : stepsOf(issue.path).slice(0, 1),
    ),
  );
  return Object.fromEntries(Object.entries(given).filter(([key]) => !faulty.has(key)));
}
