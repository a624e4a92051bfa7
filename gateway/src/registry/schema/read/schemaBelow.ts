import { z } from 'zod';
import type { RegistryPath } from '../../yaml/problem.ts';

/** The schema for a path below another one; undefined where the path leaves it. */
export function schemaBelow(schema: z.core.$ZodType, path: RegistryPath): z.core.$ZodType | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const next = child(unwrapped(schema), step);
  return next === undefined ? undefined : schemaBelow(next, rest);
}

/** The keys of an object schema; none for any other. */
export function knownKeys(schema: z.core.$ZodType | undefined): readonly string[] {
  const inner = schema && unwrapped(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** The first example that a schema carries, inside or outside of what makes it optional. */
export function exampleOf(schema: z.core.$ZodType | undefined): unknown {
  if (schema === undefined) return undefined;
  const examples = z.globalRegistry.get(schema)?.examples;
  if (Array.isArray(examples)) return examples[0] as unknown;
  return isWrapper(schema) ? exampleOf(schema.unwrap()) : undefined;
}

function child(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.core.$ZodType>;
    return Object.hasOwn(shape, step) ? shape[step] : undefined;
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return isWrapper(schema) ? unwrapped(schema.unwrap()) : schema;
}

function isWrapper(schema: z.core.$ZodType): schema is z.ZodOptional | z.ZodNullable {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable;
}
