import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClientsAnswer, ClientTokenAnswer } from '../../gateway/src/api/clients.ts';
import {
  ManagedGateway,
  codex,
  managedRegistry,
  vscode,
  type ManagementReply,
} from '../harness/management.ts';
import { callTool, rpc, toolNames } from '../harness/rpc.ts';

let on: ManagedGateway;

beforeEach(async () => {
  on = await ManagedGateway.start();
});
afterEach(() => on[Symbol.asyncDispose]());

test('are listed with what is known of them', async () => {
  await callTool(on.gateway, vscode, 'plain__echo');
  await callTool(on.gateway, codex, 'plain__echo');
  await on.apply({ lmcp: { rate_limit_rpm: 90 }, clients: { codex: { rate_limit_rpm: 30 } } });
  const { body } = await on.ask<ClientsAnswer>('/management/clients');
  const seen = expect.any(Number) as number;
  const common = { token_status: 'set', token_count: 1, last_seen_at: seen };
  expect(body.clients).toEqual([
    {
      ...common,
      client_id: 'vscode',
      allow_servers: ['plain'],
      rate_limit_rpm: 90,
      rate_limit_from: 'global',
      calls: 1,
      refused: 0,
    },
    {
      ...common,
      client_id: 'codex',
      allow_servers: [],
      rate_limit_rpm: 30,
      rate_limit_from: 'client',
      calls: 0,
      refused: 1,
    },
  ]);
});

test('are counted from the log, so that a restart changes nothing', async () => {
  for (let i = 0; i < 3; i++) await callTool(on.gateway, vscode, 'plain__echo');
  await callTool(on.gateway, codex, 'plain__echo');
  const counted = [
    { client_id: 'vscode', calls: 3, refused: 0, last_seen_at: expect.any(Number) as number },
    { client_id: 'codex', calls: 0, refused: 1, last_seen_at: expect.any(Number) as number },
  ];
  expect((await on.ask<ClientsAnswer>('/management/clients')).body.clients).toMatchObject(counted);
  await on.gateway.stop();
  await on.gateway.run();
  await callTool(on.gateway, vscode, 'plain__echo');
  const [first, second] = counted;
  expect((await on.ask<ClientsAnswer>('/management/clients')).body.clients).toMatchObject([
    { ...first, calls: 4 },
    second,
  ]);
});

test('are added with a token that is shown once and works immediately', async () => {
  const { body } = await on.ask<ClientTokenAnswer>('/management/clients', {
    body: { client_id: 'agent', allow_servers: ['plain'], rate_limit_rpm: 60 },
  });
  expect(body).toMatchObject({ applied: true, client_id: 'agent' });
  expect(body.token).toMatch(/^[\w-]{43}$/);
  expect(await toolNames(on.gateway, { id: 'agent', token: body.token ?? '' })).toContain('plain__echo');
  const { clients } = await on.fileData();
  expect(clients['agent']).toEqual({
    token_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    allow_servers: ['plain'],
    tools: 'auto',
    rate_limit_rpm: 60,
  });
  const log = await readFile(on.gateway.auditPath, 'utf8');
  expect(log + on.gateway.output + (await on.fileText())).not.toContain(body.token);
  expect(await on.fileText()).toContain('# harmless');
  const again = await on.ask('/management/clients', { body: { client_id: 'agent', allow_servers: [] } });
  expect([again.status, again.body]).toMatchObject([409, { error: 'client_exists' }]);
});

test.each([
  { client_id: 'no good', allow_servers: [] },
  { client_id: 'agent', allow_servers: ['nowhere'] },
])('%j is not added, and there is no token', async (body) => {
  const reply = await on.ask<ClientTokenAnswer>('/management/clients', { body });
  expect(reply.status).toBe(200);
  expect(reply.body).toMatchObject({ applied: false, token: null });
  expect(reply.body.errors).toHaveLength(1);
  expect(await on.fileText()).toBe(managedRegistry(on.gateway.port));
});

test('rotate keeps the present token until it is retired', async () => {
  const rotate = (keep: boolean): Promise<ManagementReply<ClientTokenAnswer>> =>
    on.ask('/management/clients/vscode/rotate', { body: { keep_previous: keep } });
  const second = { id: 'vscode', token: (await rotate(true)).body.token ?? '' };
  for (const caller of [vscode, second]) expect(await toolNames(on.gateway, caller)).toContain('plain__echo');
  const third = await rotate(true);
  expect(third.body).toMatchObject({ applied: false, token: null });
  expect(third.body.errors[0]?.fix).toContain('retire');
  await on.ask('/management/clients/vscode/retire', { body: {} });
  expect((await rpc(on.gateway, vscode, 'tools/list')).body.error?.code).toBe(-32001);
  expect(await toolNames(on.gateway, second)).toContain('plain__echo');
  const fourth = { id: 'vscode', token: (await rotate(false)).body.token ?? '' };
  expect((await rpc(on.gateway, second, 'tools/list')).body.error?.code).toBe(-32001);
  expect(await toolNames(on.gateway, fourth)).toContain('plain__echo');
  const idle = await on.ask('/management/clients/vscode/retire', { body: {} });
  expect(idle.body).toMatchObject({ applied: true, backup_path: null, changes_summary: [] });
});

test('that are removed have no access immediately', async () => {
  expect((await on.ask('/management/clients/vscode', { method: 'DELETE' })).body.applied).toBe(true);
  expect((await rpc(on.gateway, vscode, 'tools/list')).body.error?.code).toBe(-32001);
  expect((await on.fileData()).clients).not.toHaveProperty('vscode');
});
