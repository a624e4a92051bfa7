import { z } from 'zod';
import { namedSchemas } from '../schema/named.ts';
// Every endpoint can answer with it, and none names it.
import '../schema/failure.ts';

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 contains it. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

const base = '#/components/schemas/';

/** Each named schema as JSON Schema, by its name and sorted by it; they refer to one another by `$ref`. */
export function components(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(namedSchemas, { ...options, uri: (id) => base + id });
  const sorted = Object.entries(schemas).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([id, { $id: _id, $schema: _dialect, ...schema }]) => [id, schema as JsonSchema]),
  );
}

/**
 * A reference to a named schema.
 * @throws Error for a schema without a name
 */
export function refTo(schema: z.ZodType): JsonSchema & { readonly $ref: string } {
  const name = namedSchemas.get(schema)?.id;
  if (name === undefined) throw new Error('the schema of a body or an answer needs a name: use named()');
  return { $ref: base + name };
}

/** The parameters of a query, with the keys that are required. */
export function parametersOf(query: z.ZodObject): JsonSchema {
  return z.toJSONSchema(query, options);
}

/** The name that a `$ref` refers to. */
export function nameOf(ref: string): string {
  return ref.slice(base.length);
}

const options = {
  target: 'draft-2020-12',
  io: 'input',
  unrepresentable: 'any',
  override: ({ jsonSchema }: { jsonSchema: JsonSchema }) => {
    // A number in a query is text with digits; its range says it better.
    if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
  },
} as const;
