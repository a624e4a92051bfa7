/** A JSON Schema as a server wrote it: untrusted. */
export type Schema = Readonly<Record<string, unknown>>;

/** One way to fill a field that has several. */
export interface Variant {
  readonly label: string;
  readonly schema: Schema;
}

/** What a form draws for one schema. */
export type Shape = {
  readonly title: string;
  readonly description: string;
} & (
  | { readonly kind: 'text'; readonly long: boolean; readonly hint: string }
  | { readonly kind: 'number'; readonly whole: boolean; readonly hint: string }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'null' }
  | {
      readonly kind: 'enum';
      readonly options: readonly { readonly label: string; readonly value: unknown }[];
    }
  | { readonly kind: 'choice'; readonly variants: readonly Variant[] }
  | {
      readonly kind: 'object';
      readonly properties: readonly (readonly [name: string, schema: Schema])[];
      readonly required: ReadonlySet<string>;
      /** The schema of members that are not named; null where there may be none. */
      readonly others: Schema | null;
      /** The schema asks for further members, rather than not ruling them out. */
      readonly open: boolean;
    }
  | {
      readonly kind: 'array';
      readonly items: Schema;
      /** The schemas of the first items (`prefixItems`). */
      readonly first: readonly Schema[];
      readonly min: number;
      readonly max: number;
    }
  /** Anything: written as JSON. */
  | { readonly kind: 'any' }
);

/** How many parts of a schema are read for one field: one that refers to itself, or is made to take long, ends there. */
const maxParts = 64;
const maxAlternatives = 40;
/** Alternatives of alternatives are drawn so deep. */
const maxNesting = 4;

/** The schema behind `$ref` (in the same document only) with `allOf` merged in; draft 2020-12, and `definitions` of older ones. */
export function resolved(root: Schema, schema: unknown, budget = { left: maxParts }): Schema {
  if (!isObject(schema) || budget.left-- <= 0) return {};
  const { $ref, allOf, ...own } = schema;
  const parts = [
    ...(typeof $ref === 'string' ? [resolved(root, atPointer(root, $ref), budget)] : []),
    ...(Array.isArray(allOf) ? allOf.map((part) => resolved(root, part, budget)) : []),
  ];
  return parts.reduce<Schema>((whole, part) => merged(part, whole), own);
}

/** What is drawn for a schema. */
export function shapeOf(root: Schema, given: unknown, nesting = maxNesting): Shape {
  const schema = resolved(root, given);
  const about = { title: textOf(schema['title']), description: textOf(schema['description']) };
  const options = optionsOf(root, schema);
  if (options !== null) return { ...about, kind: 'enum', options };
  const variants = variantsOf(root, schema);
  if (variants.length > 0 && nesting === 0) return { ...about, kind: 'any' };
  if (variants.length === 1)
    return { ...shapeOf(root, variants[0]?.schema, nesting - 1), ...withText(about) };
  if (variants.length > 1) return { ...about, kind: 'choice', variants };
  switch (typeOf(schema)) {
    case 'string':
      return { ...about, kind: 'text', long: isLong(schema), hint: textHint(schema) };
    case 'number':
    case 'integer':
      return { ...about, kind: 'number', whole: schema['type'] === 'integer', hint: numberHint(schema) };
    case 'boolean':
      return { ...about, kind: 'boolean' };
    case 'null':
      return { ...about, kind: 'null' };
    case 'object':
      return { ...about, ...objectShape(schema) };
    case 'array':
      return { ...about, ...arrayShape(schema) };
    default:
      return { ...about, kind: 'any' };
  }
}

function objectShape(schema: Schema): Omit<Extract<Shape, { kind: 'object' }>, 'title' | 'description'> {
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const others = schema['additionalProperties'];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return {
    kind: 'object',
    properties: properties.map(([name, property]) => [name, isObject(property) ? property : {}] as const),
    required: new Set(required.filter((name): name is string => typeof name === 'string')),
    others: others === false ? null : isObject(others) ? others : {},
    open: others === true || isObject(others) || (others === undefined && !isObject(schema['properties'])),
  };
}

function arrayShape(schema: Schema): Omit<Extract<Shape, { kind: 'array' }>, 'title' | 'description'> {
  const { items, prefixItems } = schema;
  const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  return {
    kind: 'array',
    items: isObject(items) ? items : {},
    first: first.map((one: unknown) => (isObject(one) ? one : {})),
    min: countOf(schema['minItems']) ?? 0,
    max: countOf(schema['maxItems']) ?? Number.POSITIVE_INFINITY,
  };
}

/** Values to choose from: `enum`, `const`, or alternatives that are one value each. */
function optionsOf(root: Schema, schema: Schema): { label: string; value: unknown }[] | null {
  if ('const' in schema) return [{ label: JSON.stringify(schema['const']), value: schema['const'] }];
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) {
    return schema['enum'].map((value: unknown) => ({ label: optionLabel(value), value }));
  }
  const alternatives = alternativesOf(root, schema);
  if (alternatives.length === 0 || !alternatives.every((one) => 'const' in one)) return null;
  return alternatives.map((one) => ({
    label: textOf(one['title']) || optionLabel(one['const']),
    value: one['const'],
  }));
}

function optionLabel(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Members that say something of the choice, and nothing of each alternative. */
const ofTheWhole = new Set(['oneOf', 'anyOf', 'title', 'description', 'default']);

function variantsOf(root: Schema, schema: Schema): Variant[] {
  const { type } = schema;
  if (Array.isArray(type)) {
    return type.map((one: unknown) => ({ label: textOf(one), schema: { ...schema, type: one } }));
  }
  const alternatives = alternativesOf(root, schema);
  // Alternatives that only say what has to be there change nothing of what is drawn.
  if (!alternatives.some((one) => typeOf(one) !== undefined || 'const' in one || 'enum' in one)) return [];
  const common = Object.fromEntries(Object.entries(schema).filter(([key]) => !ofTheWhole.has(key)));
  return alternatives.map((one, index) => ({
    label: labelOf(one, index),
    schema: merged(one, common),
  }));
}

function alternativesOf(root: Schema, schema: Schema): Schema[] {
  const found = [schema['oneOf'], schema['anyOf']].find(Array.isArray) ?? [];
  return found.slice(0, maxAlternatives).map((one: unknown) => resolved(root, one));
}

function labelOf(schema: Schema, index: number): string {
  const title = textOf(schema['title']);
  if (title !== '') return title;
  const named = Object.entries(isObject(schema['properties']) ? schema['properties'] : {}).find(
    ([, property]) => isObject(property) && typeof property['const'] === 'string',
  );
  if (named !== undefined) return `${named[0]}: ${String((named[1] as Schema)['const'])}`;
  const items = schema['items'];
  const type = typeOf(schema) ?? `option ${String(index + 1)}`;
  return type === 'array' && isObject(items) && items['type'] ? `array of ${String(items['type'])}` : type;
}

function typeOf(schema: Schema): string | undefined {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (isObject(schema['properties'])) return 'object';
  return schema['items'] !== undefined || schema['prefixItems'] !== undefined ? 'array' : undefined;
}

/** Both together: members of the first win, properties and required names are joined. */
function merged(one: Schema, other: Schema): Schema {
  const properties = [other['properties'], one['properties']].filter(isObject);
  const required = [other['required'], one['required']].filter(Array.isArray).flat();
  return {
    ...other,
    ...one,
    ...(properties.length > 0 && { properties: Object.assign({}, ...properties) as Schema }),
    ...(required.length > 0 && { required: [...new Set(required)] }),
  };
}

function atPointer(root: Schema, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  const keys = reference.slice(1).split('/').slice(1);
  return keys.reduce<unknown>((value, key) => {
    const name = decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
    return (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, name)
      ? (value as Schema)[name]
      : undefined;
  }, root);
}

function isLong(schema: Schema): boolean {
  return (countOf(schema['maxLength']) ?? 0) > 500 || typeof schema['contentMediaType'] === 'string';
}

function textHint(schema: Schema): string {
  const { format, pattern } = schema;
  return [
    typeof format === 'string' ? `format ${format}` : '',
    typeof pattern === 'string' ? `pattern ${pattern.slice(0, 80)}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function numberHint(schema: Schema): string {
  const [low, high] = [schema['minimum'], schema['maximum']];
  if (typeof low === 'number' && typeof high === 'number') return `${String(low)} to ${String(high)}`;
  if (typeof low === 'number') return `at least ${String(low)}`;
  return typeof high === 'number' ? `at most ${String(high)}` : '';
}

function withText(about: { title: string; description: string }): object {
  return Object.fromEntries(Object.entries(about).filter(([, text]) => text !== ''));
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
