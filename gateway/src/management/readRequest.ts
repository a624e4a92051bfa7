import { z } from 'zod';
import type { Endpoint } from '../api/endpoint.ts';
import { ApiError } from './apiError.ts';

/**
 * The body in the form that the endpoint describes; undefined where it describes none.
 * @throws ApiError with the path, what is wrong there and an example of a valid body
 */
export function readBody(
  { body: schema, bodyError = 'malformed_request' }: Endpoint,
  body: unknown,
): unknown {
  if (schema === undefined) return undefined;
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const send = examplesOf(schema)
    .map((example) => JSON.stringify(example))
    .join(' or ');
  throw new ApiError(bodyError, `invalid request body: ${issuesText(error)}. Send for example ${send}`);
}

/**
 * The query in the form that the endpoint describes. Empty parameters count as absent.
 * @throws ApiError 400 `invalid_query`
 */
export function readQuery({ query: schema }: Endpoint, query: URLSearchParams): unknown {
  if (schema === undefined) return undefined;
  const given = [...query];
  const twice = given.find(([name], at) => given.findIndex(([other]) => other === name) < at);
  if (twice !== undefined) throw new ApiError('invalid_query', `${quotedKey(twice[0])} is given twice`);
  const { success, data, error } = schema.safeParse(
    Object.fromEntries(given.filter(([name, value]) => value !== '' || !(name in schema.shape))),
  );
  if (success) return data;
  const known = Object.keys(schema.shape).join(', ');
  throw new ApiError('invalid_query', `invalid query: ${issuesText(error)}. Allowed parameters: ${known}`);
}

/** At most three issues, each with its path. Values are not repeated: they may be secrets. */
function issuesText({ issues }: z.ZodError): string {
  const texts = issues.slice(0, 3).map(({ path, message }) => {
    const what = message.replace('Invalid input: ', '').slice(0, 300);
    return path.length === 0 ? what : `${quotedKey(z.core.toDotPath(path))}: ${what}`;
  });
  return issues.length > 3 ? `${texts.join('; ')}; and ${issues.length - 3} more` : texts.join('; ');
}

function quotedKey(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}

function examplesOf(schema: z.ZodType): readonly unknown[] {
  const examples = schema.meta()?.['examples'];
  return Array.isArray(examples) ? examples : [];
}
