import type { YamlPlace } from './yamlPlace.ts';

/** What may be written at a place. */
export interface SchemaOption {
  readonly label: string;
  /** As in "boolean", or the default. */
  readonly detail: string;
  readonly info: string;
}

/** The part of JSON Schema (draft 7) that the registry's schema uses. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** The keys of a map, or the values of a key; empty where the schema names none. */
export function schemaOptions(
  root: Schema,
  { path, kind }: Pick<YamlPlace, 'path' | 'kind'>,
): SchemaOption[] {
  const here = path.reduce<readonly Schema[]>(
    (schemas, step) => schemas.flatMap((schema) => below(root, schema, step)),
    alternatives(root, root),
  );
  const options = here.flatMap((schema) =>
    (kind === 'key' ? keysOf(root, schema) : []).concat(valuesOf(schema)),
  );
  return [...new Map(options.map((option) => [option.label, option])).values()];
}

/** A schema and what it may be instead, references followed. */
function alternatives(root: Schema, schema: Schema): Schema[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    const target = root.definitions?.[name];
    return target === undefined ? [] : alternatives(root, target);
  }
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...parts.flatMap((part) => alternatives(root, part))];
}

function below(root: Schema, schema: Schema, step: string): Schema[] {
  const more = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  const next = step === '[]' ? schema.items : (schema.properties?.[step] ?? more);
  return next === undefined ? [] : alternatives(root, next);
}

function keysOf(root: Schema, { properties = {} }: Schema): SchemaOption[] {
  return Object.entries(properties).map(([label, schema]) => {
    const all = alternatives(root, schema);
    const first = <T>(read: (one: Schema) => T | undefined): T | undefined =>
      all.map(read).find((value) => value !== undefined);
    const fallback = first((one) => one.default);
    const types = [...new Set(all.flatMap((one) => one.type ?? []))].filter((type) => type !== 'null');
    return {
      label,
      detail: fallback === undefined ? types.join(' or ') : `default ${JSON.stringify(fallback)}`,
      info: first((one) => one.description) ?? '',
    };
  });
}

function valuesOf(schema: Schema): SchemaOption[] {
  const boolean = schema.type === 'boolean' ? [true, false] : [];
  const values = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const]), ...boolean];
  return values.map((value) => ({
    label: String(value),
    detail: value === schema.default ? 'default' : '',
    info: schema.description ?? '',
  }));
}
