import { fits } from './formValue.ts';
import { isObject, resolved, shapeOf, type Schema } from './schemaShape.ts';

/** How many problems are told, and so deep a value is looked at. */
const maxProblems = 50;
const maxDepth = 24;
/** Every alternative is looked at: as much as this many levels of depth. */
const depthOfAlternative = 12;

export const pointerTo = (pointer: string, name: string | number): string =>
  `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * What a form tells about a value before it is sent, by the JSON pointer of the field. The server decides: patterns and formats
 * are left to it, since a pattern is a program of the server that would run in this page.
 */
export function problemsOf(root: Schema, schema: unknown, value: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  look(root, schema, value, '', found, maxDepth);
  return found;
}

function look(
  root: Schema,
  given: unknown,
  value: unknown,
  pointer: string,
  found: Map<string, string>,
  depth: number,
): void {
  if (depth <= 0 || found.size >= maxProblems) return;
  const schema = resolved(root, given);
  const shape = shapeOf(root, schema);
  const tell = (message: string): void => void found.set(pointer, message);
  const below = (one: unknown, part: unknown, name: string | number): void =>
    look(root, one, part, pointerTo(pointer, name), found, depth - 1);
  switch (shape.kind) {
    case 'text':
      if (typeof value !== 'string') tell('Write a text.');
      else tellLength(schema, [...value].length, tell);
      return;
    case 'number':
      if (typeof value !== 'number') tell('Write a number, as 12 or 0.5.');
      else if (shape.whole && !Number.isInteger(value)) tell('Write a whole number.');
      else tellRange(schema, value, tell);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') tell('Choose true or false.');
      return;
    case 'null':
      if (value !== null) tell('This one is null.');
      return;
    case 'enum':
      if (!fits(root, schema, value)) tell('Choose one of the values.');
      return;
    case 'choice': {
      const within = shape.variants
        .filter((one) => fits(root, one.schema, value))
        .map((one) => {
          const problems = new Map<string, string>();
          look(root, one.schema, value, pointer, problems, depth - depthOfAlternative);
          return problems;
        });
      const fewest = within.sort((a, b) => a.size - b.size)[0];
      if (fewest === undefined) tell('Choose one of the forms.');
      for (const [at, message] of fewest ?? []) found.set(at, message);
      return;
    }
    case 'array':
      if (!Array.isArray(value)) {
        tell('This one is a list.');
        return;
      }
      if (value.length < shape.min) tell(`At least ${String(shape.min)} of them.`);
      if (value.length > shape.max) tell(`At most ${String(shape.max)} of them.`);
      value.forEach((item, at) => below(shape.first[at] ?? shape.items, item, at));
      return;
    case 'object': {
      if (!isObject(value)) {
        tell('This one is an object.');
        return;
      }
      const named = new Map(shape.properties);
      for (const name of shape.required) {
        if (!Object.hasOwn(value, name)) found.set(pointerTo(pointer, name), 'This one is required.');
      }
      for (const [name, member] of Object.entries(value)) {
        const one = named.get(name) ?? shape.others;
        if (one === null) found.set(pointerTo(pointer, name), 'The tool does not know this one.');
        else below(one, member, name);
      }
      return;
    }
    case 'any':
  }
}

function tellLength(schema: Schema, length: number, tell: (message: string) => void): void {
  const [low, high] = [schema['minLength'], schema['maxLength']];
  if (typeof low === 'number' && length < low) tell(`At least ${String(low)} characters.`);
  if (typeof high === 'number' && length > high) tell(`At most ${String(high)} characters.`);
}

function tellRange(schema: Schema, value: number, tell: (message: string) => void): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof minimum === 'number' && value < minimum) tell(`At least ${String(minimum)}.`);
  if (typeof maximum === 'number' && value > maximum) tell(`At most ${String(maximum)}.`);
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum)
    tell(`More than ${String(exclusiveMinimum)}.`);
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum)
    tell(`Less than ${String(exclusiveMaximum)}.`);
}
