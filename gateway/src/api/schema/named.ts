import { isRecord } from '../../json/isRecord.ts';
import { z } from 'zod';

/** What a schema describes, as the rest of the gateway and the web interface hold it. */
export type Described<S extends z.ZodType> = DeepReadonly<z.output<S>>;

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** Every schema with a name of its own: the components of the OpenAPI document. */
export const namedSchemas = z.registry<{ readonly id: string }>();

/** Gives a schema the name and the description that the documentation shows, and valid examples. */
export function named<S extends z.ZodType>(
  id: string,
  description: string,
  schema: S,
  examples?: readonly z.input<S>[],
): S {
  const described = schema.meta({ description, ...(examples !== undefined && { examples: [...examples] }) });
  namedSchemas.add(described, { id });
  return described;
}

/** A JSON object whose keys are for somebody else to read; passed on by reference, so that no key and no digit is lost. */
export const jsonObject = z
  .custom<Record<string, unknown>>(isRecord, 'expected object')
  .meta({ type: 'object' });

export const ok = z.literal(true).meta({ description: 'Always true; an error has false.' });

/** Milliseconds since the Unix epoch. */
export const instant = z.number().meta({ description: 'Milliseconds since the Unix epoch.' });

/** Text written by an MCP server: show it as text, never as markup. */
export const hostileText = z.string();
