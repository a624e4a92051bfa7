import { isObject, resolved, shapeOf, type Schema, type Shape } from './schemaShape.ts';

/** Required members are filled in so deep. */
const maxDepth = 6;

/** What a form starts with: defaults, and the members that are required; undefined is left out. */
export function initialValue(root: Schema, schema: unknown, required: boolean, depth = maxDepth): unknown {
  const known = resolved(root, schema);
  if ('default' in known) return structuredClone(known['default']);
  if (!required || depth === 0) return undefined;
  const shape = shapeOf(root, schema);
  switch (shape.kind) {
    case 'enum':
      return shape.options.length === 1 ? shape.options[0]?.value : undefined;
    case 'null':
      return null;
    case 'object':
      return Object.fromEntries(
        shape.properties
          .map(([name, one]) => {
            // What can have one value alone tells alternatives apart: it is there, also where it is not required.
            const present = shape.required.has(name) || 'const' in resolved(root, one);
            return [name, initialValue(root, one, present, depth - 1)] as const;
          })
          .filter(([, value]) => value !== undefined),
      );
    case 'array':
      return Array.from({ length: Math.min(shape.min, 50) }, (_, at) =>
        emptyItem(root, shape.first[at] ?? shape.items, depth - 1),
      );
    case 'choice':
      return initialValue(root, shape.variants[0]?.schema, true, depth - 1);
    default:
      return undefined;
  }
}

/** A new item of an array has to be something. */
export function emptyItem(root: Schema, schema: Schema, depth = maxDepth): unknown {
  return initialValue(root, schema, true, depth) ?? (shapeOf(root, schema).kind === 'text' ? '' : null);
}

/** The object with one member set, or left out where the value is undefined; the order of the members stays. */
export function withMember(value: unknown, name: string, member: unknown): Readonly<Record<string, unknown>> {
  const present = isObject(value) ? Object.entries(value) : [];
  const next = Object.hasOwn(isObject(value) ? value : {}, name)
    ? present.map(([key, old]) => [key, key === name ? member : old] as const)
    : [...present, [name, member] as const];
  return Object.fromEntries(next.filter(([, one]) => one !== undefined));
}

/** Alternatives are looked through so deep; what lies below fits. */
const maxNesting = 2;

/** Whether a value could have been written in this shape. */
export function fits(root: Schema, schema: Schema, value: unknown, nesting = maxNesting): boolean {
  return nesting === 0 || fitsKind(root, shapeOf(root, schema), value, nesting);
}

function fitsKind(root: Schema, shape: Shape, value: unknown, nesting: number): boolean {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' && (!shape.whole || Number.isInteger(value));
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'enum':
      return shape.options.some((option) => JSON.stringify(option.value) === JSON.stringify(value));
    case 'choice':
      return shape.variants.some((variant) => fits(root, variant.schema, value, nesting - 1));
    case 'object':
      return (
        isObject(value) &&
        shape.properties.every(([name, one]) => {
          const isTag = shapeOf(root, one).kind === 'enum' && Object.hasOwn(value, name);
          return !isTag || fits(root, one, value[name], nesting - 1);
        })
      );
    case 'any':
      return true;
  }
}

/** Arguments written as JSON. */
export function readArguments(
  text: string,
): { readonly ok: true; readonly value: Schema } | { readonly ok: false; readonly message: string } {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch (error) {
    return { ok: false, message: `Not JSON: ${error instanceof Error ? error.message : 'unreadable'}` };
  }
  return isObject(value)
    ? { ok: true, value }
    : { ok: false, message: 'Arguments are a JSON object: {"name": value}.' };
}
