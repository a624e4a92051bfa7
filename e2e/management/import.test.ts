import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ImportAnswer } from '../../gateway/src/api/imports.ts';
import { TestGateway } from '../harness/gateway.ts';
import { manage, managementToken, type ManagementReply } from '../harness/management.ts';
import { callerNamed, toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const codex = callerNamed('codex');
const secret = 'value-of-the-secret-0123456789';
let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { codex: { token: codex.token, allow_servers: [] } },
    servers: {},
  });
});
afterEach(() => gateway[Symbol.asyncDispose]());

type Answer = ImportAnswer & { readonly error?: string };
const ask = (body: object): Promise<ManagementReply<Answer>> =>
  manage<Answer>(gateway, managementToken, '/management/import', { body });
const secretsFile = (): Promise<string> =>
  readFile(join(dirname(gateway.registryPath), 'secrets.yaml'), 'utf8').catch(() => '');

const { command, args } = fixture('plain-server.ts');
const text = JSON.stringify({
  mcpServers: {
    plain: { command, args, env: { API_KEY: secret }, includeTools: ['echo'] },
    asks: { command, args, env: { TOKEN: '${input:token}', HOST: '${HOST_OF_MINE}' } },
    bad: { url: 'http://mcp.example.com/mcp' },
  },
});

test('a configuration is previewed, then applied with its grants; its secrets are in no answer', async () => {
  const before = await gateway.registryText();
  const preview = await ask({ text, client_id: 'codex', apply: false });
  expect(preview.body).toMatchObject({
    servers: [
      { name: 'plain', server_id: 'plain', state: 'new', runs: command, asked: [] },
      { name: 'asks', server_id: 'asks', state: 'new', asked: ['asks.TOKEN', 'asks.HOST'] },
      { name: 'bad', server_id: null, state: 'left_out' },
    ],
    granted: ['plain', 'asks'],
    applied: null,
  });
  expect([await gateway.registryText(), await secretsFile()]).toEqual([before, '']);
  const values = { 'asks.TOKEN': 'given-token', 'asks.HOST': 'given-host' };
  const applied = await ask({ text, client_id: 'codex', values, apply: true });
  expect(applied.body, applied.text).toMatchObject({ applied: { applied: true } });
  expect(preview.text + applied.text).not.toContain(secret);
  expect(parse(await secretsFile())).toEqual({ 'plain.API_KEY': secret, ...values });
  expect(parse(await gateway.registryText())).toMatchObject({
    clients: {
      codex: { allow_servers: ['plain', 'asks'], tool_policy: { plain: { allow_tools: ['echo'] } } },
    },
    servers: {
      plain: { env: { API_KEY: '${secret:plain.API_KEY}' } },
      asks: { env: { TOKEN: '${secret:asks.TOKEN}', HOST: '${secret:asks.HOST}' } },
    },
  });
  expect(await toolNames(gateway, codex)).toEqual(expect.arrayContaining(['plain__echo', 'asks__add']));
  const again = await ask({ text, client_id: 'codex', apply: true });
  expect(again.body.servers.map(({ state }) => state)).toEqual(['known', 'known', 'left_out']);
  expect(again.body.applied).toBeNull();
});

test('a server whose secret is not given is left out, and grants go to nobody unasked', async () => {
  const { body } = await ask({ text, apply: true });
  expect(body.servers.map(({ server_id: id, state }) => [id, state])).toEqual([
    ['plain', 'new'],
    [null, 'left_out'],
    [null, 'left_out'],
  ]);
  expect(body.servers[1]?.notes).toEqual(['it needs a value for its secret asks.TOKEN']);
  expect(parse(await gateway.registryText())).toMatchObject({ clients: { codex: { allow_servers: [] } } });
});

test('what is no configuration, and an unknown client, are errors', async () => {
  expect((await ask({ text: 'hello', apply: false })).body.error).toBe('invalid_import');
  expect((await ask({ text: '{"theme": 1}', apply: false })).body.error).toBe('invalid_import');
  expect((await ask({ text, client_id: 'nobody', apply: false })).body.error).toBe('unknown_client');
});

test('a change that is rejected leaves no secret behind', async () => {
  const revision = await manage(gateway, managementToken, '/management/import', {
    body: { text, apply: true },
    ifMatch: '000000000000',
  });
  expect([revision.status, parse(await secretsFile())]).toEqual([412, {}]);
});
