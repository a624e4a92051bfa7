import type { z } from 'zod';

/** The parameters that a public endpoint knows; others are ignored. Undefined for an invalid one. */
export function readQuery<S extends z.ZodObject>(schema: S, query: URLSearchParams): z.output<S> | undefined {
  const given = Object.keys(schema.shape).map((name): [string, unknown] => {
    const values = query.getAll(name);
    return [name, values.length > 1 ? values : values[0]];
  });
  return schema.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined))).data;
}
