import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CatalogueAddAnswer, CatalogueAnswer } from '../../gateway/src/api/catalogue.ts';
import type { FoundAnswer, ImportAnswer } from '../../gateway/src/api/imports.ts';
import { TestGateway } from '../harness/gateway.ts';
import { manage, managementToken, type ManagementReply } from '../harness/management.ts';
import { callerNamed, toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const codex = callerNamed('codex');
const secret = 'value-of-the-secret-0123456789';
let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.prepare(registryWith({}));
  await gateway.run({ HOME: gateway.folder });
});
afterEach(() => gateway[Symbol.asyncDispose]());

function registryWith(lmcp: object): object {
  return {
    lmcp: { management_token: managementToken, ...lmcp },
    clients: { codex: { token: codex.token, allow_servers: [] } },
    servers: {},
  };
}

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

async function writeConfigurations(): Promise<{ readonly file: string; readonly text: string }> {
  const file = join(gateway.folder, '.codex/config.toml');
  const servers = `[mcp_servers.plain]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\nenv = { API_KEY = "${secret}" }\n`;
  const text = `${servers}[mcp_servers.other]\ncommand = "other"\n`;
  await mkdir(dirname(file));
  await writeFile(file, text);
  await mkdir(join(gateway.folder, '.cursor'));
  await writeFile(join(gateway.folder, '.cursor/mcp.json'), '{ "mcpServers": ');
  return { file, text };
}

const look = (): Promise<ManagementReply<FoundAnswer & { readonly error?: string }>> =>
  manage(gateway, managementToken, '/management/import/found');

test('configurations of this machine are found, chosen, imported for their application, and undone', async () => {
  const { file, text: original } = await writeConfigurations();
  const found = await look();
  expect(found.body, found.text).toMatchObject({
    available: true,
    files: [
      { application: 'cursor', client_id: null, fault: expect.any(String) as string, servers: [] },
      {
        application: 'codex',
        client_id: 'codex',
        file,
        fault: null,
        servers: [
          { name: 'plain', state: 'new', runs: command },
          { name: 'other', state: 'new', runs: 'other' },
        ],
      },
    ],
  });
  expect(found.text).not.toContain(secret);
  const chosen = { found: [{ file, servers: ['plain'] }] };
  expect((await ask({ ...chosen, apply: false })).body).toMatchObject({ granted: ['plain'], applied: null });
  const before = await gateway.registryText();
  const { applied } = (await ask({ ...chosen, apply: true })).body;
  expect(await toolNames(gateway, codex)).toContain('plain__echo');
  expect(parse(await gateway.registryText())).not.toHaveProperty('servers.other');
  await manage(gateway, managementToken, `/management/history/${applied?.history_id}/restore`, { body: {} });
  expect([await gateway.registryText(), await readFile(file, 'utf8')]).toEqual([before, original]);
  const reads = (await gateway.audit()).filter(({ detail }) =>
    JSON.stringify(detail).includes('GET /management/import/found'),
  );
  expect(reads.length).toBeGreaterThanOrEqual(1);
});

test('a secret that was found in a file is given to its server alone, one that was sent to any', async () => {
  const { file } = await writeConfigurations();
  const elsewhere = { transport: 'stdio', command, args };
  const give = (id: string, name: string): Promise<ManagementReply<{ readonly error?: string }>> =>
    manage(gateway, managementToken, '/registry/apply', {
      body: { patch: { servers: { [id]: { ...elsewhere, env: { A: `\${secret:${name}}` } } } } },
    });
  const imported = await ask({ found: [{ file, servers: ['plain'] }], apply: true });
  expect(imported.body.applied, imported.text).toMatchObject({ applied: true });
  expect((await give('thief', 'plain.API_KEY')).body.error).toBe('secret_required');
  const another = { command, args: [...args, 'another'], env: { API_KEY: secret } };
  const sent = await ask({ text: JSON.stringify({ mcpServers: { sent: another } }), apply: true });
  expect(sent.body.applied, sent.text).toMatchObject({ applied: true });
  expect((await give('second', 'sent.API_KEY')).body).toMatchObject({ applied: true });
});

test('an import that names neither or both, or a file that was not found here, is rejected', async () => {
  const foreign = { found: [{ file: '/etc/passwd', servers: ['x'] }] };
  for (const body of [{}, { text, ...foreign }, foreign])
    expect((await ask({ ...body, apply: false })).body.error).toBe('invalid_import');
});

test('the files of the person are not shown to a token of scope access, nor beyond loopback', async () => {
  await writeConfigurations();
  await gateway.writeRegistry(registryWith({ management_scope: 'access' }));
  await expect.poll(async () => (await look()).body.error).toBe('management_scope');
  await gateway.writeRegistry(registryWith({ loopback_only: false }));
  await expect.poll(async () => (await look()).body.available).toBe(false);
  const { file } = { file: join(gateway.folder, '.codex/config.toml') };
  expect((await ask({ found: [{ file, servers: ['plain'] }], apply: true })).body.error).toBe(
    'invalid_import',
  );
});

test('a server of the catalogue is found by words, previewed with its scope, added, and granted as said', async () => {
  const found = await manage<CatalogueAnswer>(gateway, managementToken, '/management/catalogue?q=playwright');
  expect(found.body.servers).toMatchObject([
    {
      name: 'npm/playwright',
      runs: 'npm @playwright/mcp 0.0.83',
      notes: [expect.stringContaining('scope: session')],
    },
  ]);
  const add = (body: object): Promise<ManagementReply<CatalogueAddAnswer & { readonly error?: string }>> =>
    manage(gateway, managementToken, '/management/catalogue/add', { body });
  const slack = { name: 'npm/slack', clients: ['codex'] };
  expect((await add({ ...slack, apply: false })).body).toMatchObject({
    server_id: 'slack',
    missing: ['SLACK_BOT_TOKEN', 'SLACK_TEAM_ID'],
    applied: null,
  });
  expect((await add({ ...slack, apply: true })).body.error).toBe('invalid_import');
  expect(parse(await gateway.registryText())).toMatchObject({ servers: {} });
  const answers = { SLACK_BOT_TOKEN: secret, SLACK_TEAM_ID: 'T1' };
  const added = await add({ ...slack, answers, apply: true });
  expect(added.body, added.text).toMatchObject({ applied: { applied: true } });
  expect(added.text).not.toContain(secret);
  expect(parse(await secretsFile())).toEqual({ 'slack.SLACK_BOT_TOKEN': secret });
  expect(parse(await gateway.registryText())).toMatchObject({
    clients: { codex: { allow_servers: ['slack'] } },
    servers: { slack: { env: { SLACK_BOT_TOKEN: '${secret:slack.SLACK_BOT_TOKEN}', SLACK_TEAM_ID: 'T1' } } },
  });
  for (const [body, error] of [
    [{ ...slack, server_id: 'slack', answers, apply: true }, 'invalid_import'],
    [{ name: 'nothing', apply: true }, 'unknown_server'],
    [{ name: 'npm/memory', clients: ['nobody'], apply: true }, 'unknown_client'],
  ] as const)
    expect((await add(body)).body.error).toBe(error);
});

test('secrets of a text are stored for a definition that is tested and added by a patch; values are in no answer', async () => {
  const stored = await ask({ text, apply: false, store_secrets: true });
  expect(stored.body.servers[0]).toMatchObject({
    definition: { command, env: { API_KEY: '${secret:plain.API_KEY}' } },
  });
  expect(stored.text).not.toContain(secret);
  expect(await secretsFile()).toContain(secret);
  const line = (await gateway.audit()).findLast(({ event }) => event === 'config_change');
  expect(line?.detail).toEqual({ source: 'apply', action: 'secret_set', secret: 'plain.API_KEY' });
  const body = { patch: { servers: { own: stored.body.servers[0]!.definition } } };
  const trial = await manage(gateway, managementToken, '/management/servers/own/trial', { body });
  expect(trial.body, trial.text).toMatchObject({ passed: true });
});
