import { isRecord } from '../../../json/isRecord.ts';
import { parseLossless } from '../../../json/lossless.ts';
import { CommandFailure } from '../../exitCodes.ts';
import { httpRequest, type Reach } from './httpRequest.ts';

/** The gateway took the request and rejected it, or failed at it. */
export class GatewayRejection extends CommandFailure {}

/**
 * One request to the management API of a gateway that has proven to be the registry's. Of an answer in lines
 * (`application/x-ndjson`) the last one is given: what the request came to.
 * How long it may take is decided by the gateway's own timeouts.
 * @throws GatewayRejection
 */
export async function askManagement(
  reach: Reach,
  token: string,
  path: string,
  body?: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await httpRequest(reach, path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'X-Lmcp-Management-Token': token, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value = parse(answer.body);
  if (answer.status === 200 && value !== undefined) return value;
  const said = value?.['message'];
  throw new GatewayRejection(
    `the gateway rejects: ${typeof said === 'string' ? said : `HTTP ${answer.status}`}`,
  );
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = parseLossless(text.trimEnd().split('\n').at(-1) ?? '');
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
