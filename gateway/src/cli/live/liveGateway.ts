import { isRecord } from '../../json/isRecord.ts';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { challengeHeader, gatewayKeyPath, isProof, proofHeader } from '../../gatewayProof.ts';
import { CommandFailure } from '../exitCodes.ts';
import { httpRequest, requestUrl, type Reach } from './request/httpRequest.ts';

/** What answers at an endpoint. */
export type Probe =
  | { readonly kind: 'nothing' }
  /** Something that is not LMCP holds the port. */
  | { readonly kind: 'stranger' }
  | {
      readonly kind: 'lmcp';
      readonly health: Readonly<Record<string, unknown>>;
      /** It holds the key of this registry: tokens may be sent to it. */
      readonly proven: boolean;
    };

/**
 * Asks `/health`; a gateway that is up but can't write its audit log is still one.
 * @param registryPath whose gateway it has to prove to be
 */
export async function probe(reach: Reach, registryPath?: string): Promise<Probe> {
  const challenge = randomBytes(24).toString('base64url');
  try {
    const answer = await httpRequest(reach, '/health', {
      method: 'GET',
      headers: { [challengeHeader]: challenge },
      timeoutMs: 3_000,
    });
    const health = jsonObject(answer.body);
    if (health?.['service'] !== 'lmcp') return { kind: 'stranger' };
    const key = registryPath === undefined ? undefined : await keyOf(registryPath);
    const given = answer.headers[proofHeader];
    const proven = key !== undefined && isProof(key, requestUrl(reach).host, challenge, given);
    return { kind: 'lmcp', health, proven };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    const silent = name === 'TimeoutError' || code === 'ABORT_ERR' || (code ?? '').startsWith('HPE_');
    return { kind: silent ? 'stranger' : 'nothing' };
  }
}

function keyOf(registryPath: string): Promise<Buffer | undefined> {
  return readFile(gatewayKeyPath(registryPath)).catch(() => undefined);
}

/** Tokens are not sent to a program that only says that it is LMCP. */
export function notProven(endpoint: Endpoint, registryPath: string): CommandFailure {
  return new CommandFailure(
    `what answers at ${baseUrl(endpoint)} did not prove to be the gateway of ${registryPath}, so no token is sent to it. ` +
      `Run this command as the user that runs the gateway (it reads ${gatewayKeyPath(registryPath)}), with --registry as the ` +
      'gateway has it, or find out what else listens there',
  );
}

/**
 * `GET /status` as it came.
 * @throws CommandFailure when the gateway rejects, for instance the management token
 */
export async function liveStatus(
  reach: Reach,
  limit: number,
  managementToken: string | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = managementToken === undefined ? {} : { 'X-Lmcp-Management-Token': managementToken };
  const path = `/status?limit=${limit}`;
  const { status, body } = await httpRequest(reach, path, { method: 'GET', headers, timeoutMs: 10_000 });
  const answer = jsonObject(body);
  const live = answer?.['status'];
  if (status === 200 && isRecord(live)) return live;
  const said = answer?.['message'];
  throw new CommandFailure(
    `the gateway did not report its status: ${typeof said === 'string' ? said : `HTTP ${status}`}`,
  );
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
