import { nameOf, type JsonSchema } from '../src/api/openapi/components.ts';

type Schema = JsonSchema | boolean | undefined;

/** A JSON Schema as the Markdown of a table cell, as in `string or null`; a named schema links to its section. */
export function typeText(schema: Schema): string {
  if (schema === undefined || typeof schema === 'boolean') return 'any JSON';
  if (schema.$ref !== undefined) return typeLink(nameOf(schema.$ref));
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeText).join(' or ');
  if (schema.type === 'array') return `array of ${typeText(schema.items as Schema)}`;
  if (schema.type === 'object') return objectText(schema);
  const types = [schema.type ?? 'any JSON'].flat();
  return types.join(' or ');
}

function typeLink(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}

function objectText({ additionalProperties }: JsonSchema): string {
  return typeof additionalProperties === 'object'
    ? `object with values of ${typeText(additionalProperties)}`
    : 'object';
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}
