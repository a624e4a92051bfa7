import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { CommandFailure } from '../exitCodes.ts';
import { httpRequest } from './httpRequest.ts';

/** What answers at an endpoint. */
export type Probe =
  | { readonly kind: 'nothing' }
  /** Something that is no LMCP holds the port. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'lmcp'; readonly health: Readonly<Record<string, unknown>> };

/** Asks `/health`; a gateway that is up but can't write its audit log is still one. */
export async function probe(endpoint: Endpoint): Promise<Probe> {
  try {
    const { body } = await httpRequest(`${baseUrl(endpoint)}/health`, { method: 'GET', timeoutMs: 3_000 });
    const health = jsonObject(body);
    return health?.['service'] === 'lmcp' ? { kind: 'lmcp', health } : { kind: 'stranger' };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    const silent = name === 'TimeoutError' || code === 'ABORT_ERR' || (code ?? '').startsWith('HPE_');
    return { kind: silent ? 'stranger' : 'nothing' };
  }
}

/**
 * `GET /status` as it came.
 * @throws CommandFailure when the gateway refuses, for instance the management token
 */
export async function liveStatus(
  endpoint: Endpoint,
  limit: number,
  managementToken: string | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = managementToken === undefined ? {} : { 'X-Lmcp-Management-Token': managementToken };
  const url = `${baseUrl(endpoint)}/status?limit=${limit}`;
  const { status, body } = await httpRequest(url, { method: 'GET', headers, timeoutMs: 10_000 });
  const answer = jsonObject(body);
  const live = answer?.['status'];
  if (status === 200 && isObject(live)) return live;
  const said = answer?.['message'];
  throw new CommandFailure(
    `the gateway does not tell its status: ${typeof said === 'string' ? said : `HTTP ${status}`}`,
  );
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
