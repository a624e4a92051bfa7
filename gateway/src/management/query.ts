import { quoted } from '../registry/yaml/problem.ts';
import { ApiError } from './route.ts';

/**
 * The parameters of a query; empty ones count as absent.
 * @throws ApiError 400 `invalid_query` for one that is not known, or that is given twice
 */
export function readQuery(query: URLSearchParams, known: readonly string[]): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const [name, value] of query) {
    if (!known.includes(name))
      throw invalidQuery(`there is no parameter ${quoted(name)}; there are ${known.join(', ')}`);
    if (read.has(name)) throw invalidQuery(`the parameter ${name} is given twice`);
    read.set(name, value);
  }
  return new Map([...read].filter(([, value]) => value !== ''));
}

export function invalidQuery(message: string): ApiError {
  return new ApiError(400, 'invalid_query', message);
}
