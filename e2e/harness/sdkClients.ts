import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { TestGateway } from './gateway.ts';
import { credentialsOf, type Caller } from './rpc.ts';

/** A client of the SDK v1, connected. */
export async function sdkV1(
  gateway: TestGateway,
  caller: Caller,
  name = 'v1',
): Promise<ClientV1 & AsyncDisposable> {
  const client = new ClientV1({ name, version: '1' });
  const requestInit = { headers: credentialsOf(caller) };
  await client.connect(new TransportV1(new URL(`${gateway.origin}/mcp`), { requestInit }));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

async function sdkV2(
  gateway: TestGateway,
  caller: Caller,
  mode: 'legacy' | 'auto',
): Promise<ClientV2 & AsyncDisposable> {
  const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode } });
  const requestInit = { headers: credentialsOf(caller) };
  await client.connect(new TransportV2(new URL(`${gateway.origin}/mcp`), { requestInit }));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** Both generations of the official SDK, in both eras; for `test.each`. */
export const sdkClients = [
  ['SDK v1', (gateway: TestGateway, caller: Caller) => sdkV1(gateway, caller)],
  ['SDK v2, legacy era', (gateway: TestGateway, caller: Caller) => sdkV2(gateway, caller, 'legacy')],
  ['SDK v2, stateless era', (gateway: TestGateway, caller: Caller) => sdkV2(gateway, caller, 'auto')],
] as const;
