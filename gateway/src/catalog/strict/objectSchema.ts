import { isRecord, type Fit } from './fit.ts';

/**
 * A JSON Schema of an object that strict clients accept: `"type": "object"` at its root, schemas as objects. Replaces what they
 * reject only with equivalents; returns undefined if there is none.
 */
export const objectSchema: Fit = (schema, path, repairs) => {
  // JSON Schema 2020-12, 4.3.2: every instance satisfies `true`.
  if (schema === undefined || schema === null || schema === true) return replaced(path, repairs);
  if (!isRecord(schema) || !describesObject(schema['type'])) return undefined;
  let fitted = schema;
  if (schema['type'] !== 'object') {
    fitted = { ...fitted, type: 'object' };
    repairs.push(`${path}.type set to "object"`);
  }
  for (const [name, fit] of [['properties', properties] as const, ['required', required] as const]) {
    if (!Object.hasOwn(schema, name)) continue;
    const member = fit(schema[name], `${path}.${name}`, repairs);
    if (member === unfit) return undefined;
    if (member === schema[name]) continue;
    const { [name]: _former, ...rest } = fitted;
    fitted = member === undefined ? rest : { ...fitted, [name]: member };
  }
  return fitted;
};

/** Signals that no certain repair exists; undefined signals that the member is removed. */
const unfit = Symbol('unfit');

function replaced(path: string, repairs: string[]): unknown {
  repairs.push(`${path} set to {"type":"object"}`);
  return { type: 'object' };
}

/** Arguments are always an object (MCP 2025-11-25, tools/call), so a type that allows one is read as `object`. */
function describesObject(type: unknown): boolean {
  if (type === undefined || type === null || type === 'object') return true;
  return Array.isArray(type) && type.includes('object');
}

function properties(value: unknown, path: string, repairs: string[]): unknown {
  // PHP serialises an empty object as an empty array.
  if (value === null || (Array.isArray(value) && value.length === 0)) {
    repairs.push(`${path} removed`);
    return undefined;
  }
  if (!isRecord(value)) return unfit;
  const fitted = Object.entries(value).map(([name, schema]): [string, unknown] => {
    const property = propertySchema(schema);
    if (property !== schema && property !== unfit)
      repairs.push(`${path}.${name} set to ${JSON.stringify(property)}`);
    return [name, property];
  });
  if (fitted.some(([, property]) => property === unfit)) return unfit;
  return fitted.every(([name, property]) => property === value[name]) ? value : Object.fromEntries(fitted);
}

/** Boolean schemas become equivalent objects; null means an unrestricted property. */
function propertySchema(schema: unknown): unknown {
  if (schema === true || schema === null) return {};
  if (schema === false) return { not: {} };
  return isRecord(schema) || Array.isArray(schema) ? schema : unfit;
}

function required(value: unknown, path: string, repairs: string[]): unknown {
  // The Boolean of JSON Schema draft 3 belongs to a property and has no meaning at the root.
  if (value === null || typeof value === 'boolean') {
    repairs.push(`${path} removed`);
    return undefined;
  }
  return Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : unfit;
}
