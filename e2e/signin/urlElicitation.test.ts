import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { ClientCapabilities } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../harness/oauth/browser.ts';
import { begin, signInWorld, tester, type SignInWorld } from '../harness/oauth/signedIn.ts';
import { credentialsOf } from '../harness/rpc.ts';

let world: SignInWorld;

beforeAll(async () => {
  world = await signInWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function connect(capabilities: ClientCapabilities): Promise<Client> {
  const client = new Client({ name: 'tester', version: '1' }, { capabilities });
  const requestInit = { headers: credentialsOf(tester) };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${world.gateway.origin}/mcp`), { requestInit }),
  );
  return client;
}

test('a client that opens pages is sent to the page where one signs in, with every call that needs it', async () => {
  const client = await connect({ elicitation: { url: {} } });
  const url = `${world.gateway.origin}/ui/servers/far`;
  const ids = new Set<unknown>();
  for (const _ of [1, 2, 3]) {
    const failure: unknown = await client.callTool({ name: 'far__whoami' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: -32042,
      data: { elicitations: [{ mode: 'url', url }] },
    });
    const { elicitations } = (failure as { data: { elicitations: { elicitationId: string }[] } }).data;
    for (const { elicitationId } of elicitations) ids.add(elicitationId);
  }
  expect(ids.size).toBe(3);
  await new Browser().open((await begin(world.gateway)).url ?? '');
  const { content } = await client.callTool({ name: 'far__whoami' });
  expect(JSON.stringify(content)).toContain('called with');
  await client.close();
  world.authorizationServer.revokeAll();
});

test('a client that only shows forms is told in words', async () => {
  const client = await connect({ elicitation: { form: {} } });
  await expect(client.callTool({ name: 'far__whoami' })).rejects.toMatchObject({
    code: -32010,
    data: { kind: 'sign_in_needed' },
  });
  await client.close();
});
