import { execFileSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApplicationsAnswer, ConnectionAnswer } from '../../gateway/src/api/client/connections.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

let gateway: TestGateway;
const registry = (lmcp: object): object => ({
  lmcp: { management_token: managementToken, ...lmcp },
  clients: { tester: { token_sha256: 'a'.repeat(64), allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
});

beforeAll(async () => {
  gateway = await TestGateway.prepare(registry({}));
  await gateway.run({ HOME: gateway.folder });
});
afterAll(() => gateway[Symbol.asyncDispose]());

type Answer = ConnectionAnswer & { readonly error?: string; readonly message?: string };
const ask = async (app: string, body: object) => {
  const path = `/management/clients/tester/applications/${app}`;
  return manage<Answer>(gateway, managementToken, path, { body });
};
const found = async (): Promise<ApplicationsAnswer> =>
  (await manage<ApplicationsAnswer>(gateway, managementToken, '/management/applications')).body;

/** A file of an application with another server in it. */
async function ownFile(name: string, text: string): Promise<string> {
  const file = join(gateway.folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const codexText = '# mine\n[mcp_servers.other]\ncommand = "other"\nenv = { KEY = "secret-of-the-other" }\n';

test('a previewed change is written, works, is logged, and is undone byte for byte', async () => {
  const file = await ownFile('.codex/config.toml', codexText);
  expect((await found()).applications).toContainEqual({
    ...{ app: 'codex', title: 'Codex', file, state: 'not_connected', client_id: null },
  });
  const preview = (await ask('codex', { action: 'connect', apply: false })).body;
  expect(preview).toMatchObject({ file, rejected: null, written: false });
  expect(preview.diff).toContain('<TOKEN>');
  expect(preview.diff).not.toContain('secret-of-the-other');
  expect(preview.notes).toEqual([expect.stringContaining('gets a second token')]);
  expect(await readFile(file, 'utf8')).toBe(codexText);

  const { file_digest } = preview;
  expect((await ask('codex', { action: 'connect', apply: true, file_digest })).body.written).toBe(true);
  const text = await readFile(file, 'utf8');
  const [, token = ''] = /X-Lmcp-Token" = "([\w-]{43})"/.exec(text) ?? [];
  expect(await toolNames(gateway, { id: 'tester', token })).toContain('plain__echo');
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect((await found()).applications).toContainEqual(
    expect.objectContaining({ app: 'codex', state: 'connected', client_id: 'tester' }),
  );
  // There is nothing left to do, and no third token.
  expect((await ask('codex', { action: 'connect', apply: true })).body).toMatchObject({
    ...{ diff: '', written: false },
  });

  const undo = (await ask('codex', { action: 'disconnect', apply: false })).body;
  expect(undo.diff).not.toContain(token);
  await ask('codex', { action: 'disconnect', apply: true, file_digest: undo.file_digest });
  expect(await readFile(file, 'utf8')).toBe(codexText);
  const actions = (await gateway.audit()).map(({ detail }) => detail?.['action']);
  expect(actions.filter((action) => String(action).startsWith('application_'))).toEqual([
    'application_connect',
    'application_disconnect',
  ]);
  expect(await readFile(gateway.auditPath, 'utf8')).not.toContain(token);
});

test('a file that Git tracks is not given a token; by the bridge it is connected', async () => {
  const file = await ownFile('.cursor/mcp.json', '{}\n');
  const git = (...args: string[]): Buffer => execFileSync('git', ['-C', dirname(file), ...args]);
  git('init', '-q');
  git('add', 'mcp.json');
  const retired = await manage(gateway, managementToken, '/management/clients/tester/retire', { body: {} });
  expect(retired.status).toBe(200);
  const preview = (await ask('cursor', { action: 'connect', apply: false })).body;
  expect(preview.rejected).toContain('tracked by Git');
  const { status, body } = await ask('cursor', { action: 'connect', apply: true });
  expect([status, body.error]).toEqual([409, 'not_connectable']);
  expect(await readFile(file, 'utf8')).toBe('{}\n');
  const bridged = await ask('cursor', { action: 'connect', bridge: true, apply: true });
  expect(bridged.body.written, bridged.text).toBe(true);
  expect(await readFile(file, 'utf8')).toContain('"stdio"');
});

test('a token that the caller has is written, and no second one is made', async () => {
  const rotated = await manage<{ token: string }>(
    gateway,
    managementToken,
    '/management/clients/tester/rotate',
    { body: { keep_previous: false } },
  );
  const { token } = rotated.body;
  const file = await ownFile('.codeium/windsurf/mcp_config.json', '');
  const { body } = await ask('windsurf', { action: 'connect', token, apply: true });
  expect(body).toMatchObject({ file, notes: [], written: true });
  expect(await readFile(file, 'utf8')).toContain(token);
});

test('a file that was changed since its preview is not written', async () => {
  const file = await ownFile('.codex/config.toml', codexText);
  const { file_digest } = (await ask('codex', { action: 'connect', apply: false })).body;
  await writeFile(file, `${codexText}model = "other"\n`);
  const { status, body } = await ask('codex', { action: 'connect', apply: true, file_digest });
  expect([status, body.message]).toEqual([409, expect.stringContaining('look at it again')]);
  expect((await ask('no-such', { action: 'connect', apply: false })).body.error).toBe('unknown_application');
});

test('no file is looked at or written beyond loopback, or by a token of scope access', async () => {
  const now = async (lmcp: object): Promise<void> => {
    const lines = (await gateway.audit()).length;
    await gateway.writeRegistry(registry(lmcp));
    await until('the registry is active', async () =>
      (await gateway.audit()).slice(lines).some(({ detail }) => detail?.['source'] === 'file'),
    );
  };
  // A change is logged before it becomes active.
  await now({ loopback_only: false });
  await expect.poll(found).toMatchObject({
    ...{ unavailable: expect.stringContaining('lmcp connect') as string, applications: [] },
  });
  expect((await ask('codex', { action: 'connect', apply: true })).body.error).toBe('not_connectable');
  await now({ management_scope: 'access' });
  await expect.poll(found).toMatchObject({ error: 'management_scope' });
  expect((await ask('codex', { action: 'connect', apply: false })).body.error).toBe('management_scope');
});
