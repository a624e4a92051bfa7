import { isRecord } from '../../../json/isRecord.ts';
import { clearManagementToken } from '../clearTokens.ts';
import { CommandFailure } from '../../exitCodes.ts';
import { httpRequest, type Reach } from './httpRequest.ts';
import { findGateway } from '../findGateway.ts';
import type { RegistryFile } from '../../registry/registryFile.ts';

/** The gateway took the request and rejected it, or failed at it. */
export class GatewayRejection extends CommandFailure {}

/**
 * One request to the management API of the running gateway, with the token that the registry or LMCP_MANAGEMENT_TOKEN holds in clear.
 * @throws CommandFailure when none runs, when the token is not known here, or when the gateway rejects
 */
export async function managementRequest(
  file: RegistryFile,
  path: string,
  body?: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const { settings } = file.registry;
  const token = clearManagementToken(file);
  if (token === undefined) {
    throw new CommandFailure(
      settings.managementTokens.length === 0
        ? 'management is disabled; `lmcp management enable` sets a management token'
        : 'the registry holds only the hash of the management token: set LMCP_MANAGEMENT_TOKEN to it, or use the web interface',
    );
  }
  const found = await findGateway(file);
  if (found.kind === 'none') {
    throw (
      found.doubt ??
      new CommandFailure('no gateway runs here, and only a running one knows what its servers offer')
    );
  }
  return askManagement(found.reach, token, path, body, 30_000);
}

/**
 * One request to the management API of a gateway that has proven to be the registry's.
 * @param timeoutMs without it the gateway's own timeouts decide
 * @throws GatewayRejection
 */
export async function askManagement(
  reach: Reach,
  token: string,
  path: string,
  body?: unknown,
  timeoutMs?: number,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await httpRequest(reach, path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'X-Lmcp-Management-Token': token, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(timeoutMs !== undefined && { timeoutMs }),
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
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
