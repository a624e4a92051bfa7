import type { Endpoint } from '../../gateway/src/api/endpoint.ts';
import { commonErrors, errorsOf } from '../../gateway/src/api/endpoint.ts';
import { endpointGroups } from '../../gateway/src/api/endpoints.ts';
import { apiErrors } from '../../gateway/src/api/errors.ts';
import { apiFailure } from '../../gateway/src/api/schema/failure.ts';

/** Every endpoint outside `/mcp`, by its id. */
export const endpoints: ReadonlyMap<string, Endpoint> = new Map(
  Object.values(endpointGroups).flatMap((group): [string, Endpoint][] => Object.entries(group)),
);

/**
 * Compares a live answer with the schema of its endpoint: no key more, none less, and no error that is not listed.
 * @param path with its query
 * @throws Error that says what differs
 */
export function checkAnswer(method: string, path: string, status: number, text: string): void {
  const endpoint = endpointOf(method, path);
  if (endpoint === undefined) return;
  const { answer, status: expected = 200 } = endpoint;
  if (status === expected && 'mediaType' in answer) return;
  const schema = status === expected && !('mediaType' in answer) ? answer : apiFailure;
  const { success, data, error } = schema.safeParse(JSON.parse(text));
  const where = `${method} ${path} (${status})`;
  if (!success)
    throw new Error(`${where} does not match its schema:\n${error.message}\n${text.slice(0, 2_000)}`);
  if (schema !== apiFailure) return;
  const { error: code } = apiFailure.parse(data);
  const listed: readonly string[] = [...commonErrors, ...errorsOf(endpoint)];
  if (!listed.includes(code)) throw new Error(`${where} does not list the error ${code}`);
  if (!apiErrors[code].statuses.some((each) => each === status)) {
    throw new Error(`${where}: ${code} has another status`);
  }
}

function endpointOf(method: string, path: string): Endpoint | undefined {
  const [plain = ''] = path.split('?');
  const matching = [...endpoints.values()].filter((endpoint) => endpoint.method === method);
  return (
    matching.find((endpoint) => endpoint.path === plain) ??
    matching.find((endpoint) => new RegExp(`^${endpoint.path.replace(/:\w+/g, '[^/]+')}$`).test(plain))
  );
}
