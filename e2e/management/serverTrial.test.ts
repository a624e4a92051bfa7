import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServerTrialAnswer } from '../../gateway/src/api/server/serverTrial.ts';
import { TestGateway } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { fixture } from '../harness/servers.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { tester: { token: 'token-of-tester-0123456789', allow_servers: [] } },
    servers: {
      paid: { ...fixture('plain-server.ts'), env: { API_KEY: 'value-of-the-key-0123456789' } },
    },
  });
});

afterAll(() => gateway[Symbol.asyncDispose]());

const tryServer = (id: string, server: object) =>
  manage<ServerTrialAnswer & { readonly error?: string }>(
    gateway,
    managementToken,
    `/management/servers/${id}/trial`,
    { body: { patch: { servers: { [id]: server } } } },
  );

test('a server that is not saved is started as a saved one would be, listed, ended and logged', async () => {
  const before = await gateway.registryText();
  const { body } = await tryServer('fresh', fixture('plain-server.ts'));
  expect(body).toMatchObject({
    passed: true,
    errors: [],
    steps: [
      { step: 'initialize', passed: true },
      { step: 'tools_list', passed: true },
    ],
    server_info: { name: expect.any(String) as string },
  });
  expect(body.tools?.map(({ name }) => name)).toContain('echo');
  expect(await gateway.registryText()).toBe(before);
  const lines = (await gateway.audit()).filter(({ server_id }) => server_id === 'fresh');
  expect(lines.map(({ event, client_id, detail }) => [event, client_id, detail?.['via']])).toEqual([
    ['server_start', null, 'management'],
    ['server_exit', null, 'management'],
  ]);
  const { body: list } = await manage(gateway, managementToken, '/management/servers');
  expect(JSON.stringify(list)).not.toContain('fresh');
});

test('what a test fails at is answered with the end of its stderr, without the secrets that it was given', async () => {
  const script = 'console.error("no such team: " + process.env.TEAM_KEY); process.exitCode = 3';
  const { body } = await tryServer('broken', {
    transport: 'stdio',
    command: process.execPath,
    args: ['-e', script],
    env: { TEAM_KEY: 'value-of-the-team-0123456789' },
  });
  expect(body).toMatchObject({
    passed: false,
    tools: null,
    steps: [{ step: 'initialize', passed: false, words: expect.stringContaining('code 3') as string }],
  });
  expect(body.stderr).toContain('no such team: •••');
});

test('a registry that would be invalid is not tried', async () => {
  const { body } = await tryServer('far', { transport: 'http', url: 'http://example.com/mcp' });
  expect(body).toMatchObject({
    passed: false,
    steps: [],
    errors: [{ path: 'servers.far.url', line: null }],
  });
  const { status } = await manage(gateway, managementToken, '/management/servers/other/trial', {
    body: { patch: {} },
  });
  expect(status).toBe(404);
});

test('a test gives a server no secret that a change could not give it', async () => {
  const args = ['-e', 'process.stderr.write(process.env.API_KEY ?? "")'];
  const denials = async () => (await gateway.audit()).filter(({ reason }) => reason === 'secret_required');
  const before = await denials();
  for (const server of [{ args }, { env: { PATH_OF_GATEWAY: '${HOME}' } }]) {
    const { status, body } = await tryServer('paid', server);
    expect([status, body.error]).toEqual([409, 'secret_required']);
  }
  const denied = (await denials()).slice(before.length);
  expect(denied.map(({ event, detail }) => [event, detail?.['action']])).toEqual([
    ['config_change', 'test'],
    ['config_change', 'test'],
  ]);
});
