import type { JsonSchema } from '../src/api/openapi/components.ts';
import { table } from './table.ts';
import { typeText } from './typeText.ts';

/** A section for each named schema: its description, and a table of its keys. */
export function typeSections(schemas: Readonly<Record<string, JsonSchema>>): string {
  return Object.entries(schemas)
    .map(([name, schema]) => `### ${name}\n\n${schema.description ?? ''}\n${keysTable(schema)}`)
    .join('\n');
}

function keysTable(schema: JsonSchema): string {
  const rows = keysOf(schema, '');
  if (rows.length > 0) return `\n${table(['key', 'type', 'meaning'], rows)}`;
  return schema.enum === undefined ? '' : `\n${typeText(schema)}\n`;
}

/** A row for each key; keys of objects without a name of their own follow as `count.total` or `steps[].name`. */
function keysOf({ properties = {}, required = [] }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([key, property]) => {
    if (typeof property === 'boolean') return [];
    const path = `${prefix}${key}`;
    const optional = required.includes(key) ? '' : ' (optional)';
    return [
      [`\`${path}\`${optional}`, typeText(property), property.description ?? ''],
      ...nested(property).flatMap(([schema, suffix]) => keysOf(schema, `${path}${suffix}.`)),
    ];
  });
}

function nested(schema: JsonSchema): [schema: JsonSchema, suffix: string][] {
  if (schema.properties !== undefined) return [[schema, '']];
  const { items, anyOf = [] } = schema;
  if (typeof items === 'object' && !Array.isArray(items) && items.properties !== undefined)
    return [[items, '[]']];
  return anyOf.flatMap((choice) => (typeof choice === 'object' ? nested(choice) : []));
}
