import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLmcp } from '../harness/commandLine.ts';
import { root, TestGateway } from '../harness/gateway.ts';
import { manage } from '../harness/management.ts';
import { callTool } from '../harness/rpc.ts';

/**
 * The folder of version 0.1.0 after some use: a first registry with edits by hand and by commands, tokens as text and as digests,
 * a rotation that was not finished, approved tools, earlier registries, and the log of three runs of which one was killed.
 */
const frozen = join(root, 'e2e/fixtures/version-0.1.0');
const vscode = { id: 'vscode', token: 'UvGIxek95tGC1yxJteGlj2E3DrOEzNXPwU6n5QCr838' };
const gemini = ['T_JQQVa_nToUEwpmQO4GrkRO5Y89XJ1wCB5dlTsdrys', 'S1mzBpXgkuVrHY341VcyOm-fzfv3_0jMR4w53WhGoXU'];
const managementToken = 'UxTZCbVuZHfBdlz27zkuBfawu_94M55l5uduzfDpeO8';
const keys = ['config/audit.key', 'config/audit-checkpoint.key'];

let gateway: TestGateway;
let registry: string;

const before = (name: string): Promise<Buffer> => readFile(join(frozen, name));
const now = (name: string): Promise<Buffer> => readFile(join(gateway.folder, name));

beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  await cp(frozen, gateway.folder, { recursive: true });
  registry = String(await before('config/registry.yaml')).replace('port: 7345', `port: ${gateway.port}`);
  await gateway.writeRegistryText(registry);
  // The server of the checkout, with one tool that has changed since it was approved.
  await mkdir(join(gateway.folder, 'gateway/builtin'), { recursive: true });
  const server = await readFile(join(root, 'gateway/builtin/time-server.mjs'), 'utf8');
  const changed = server.replace('What a date and time in one time zone is in another.', 'Something else.');
  expect(changed).not.toBe(server);
  await writeFile(join(gateway.folder, 'gateway/builtin/time-server.mjs'), changed);
  await gateway.run();
});

afterAll(() => gateway[Symbol.asyncDispose]());

it('accepts every token, and decides as the registry of then says', async () => {
  const told = await callTool(gateway, vscode, 'time__current_time');
  expect(told.body, told.text).toMatchObject({ result: { content: [{ type: 'text' }] } });
  for (const token of gemini) {
    const { body } = await callTool(gateway, { id: 'gemini', token }, 'time__current_time');
    expect(body.error).toBeUndefined();
  }
  const denied = await callTool(gateway, vscode, 'notes__drop');
  expect(denied.body.error).toMatchObject({ data: { reason: 'client_tool_not_in_allow_list' } });
  expect((await callTool(gateway, vscode, 'other__x')).body.error?.code).toBe(-32003);
});

it('knows which tools were approved', async () => {
  const { body } = await callTool(gateway, vscode, 'time__convert_time');
  expect(body.error).toMatchObject({ data: { reason: 'tool_not_approved' } });
});

it('opens management with its token, and has the earlier registries', async () => {
  const { status, body } = await manage<{ entries: { history_id: string }[] }>(
    gateway,
    managementToken,
    '/management/history',
  );
  expect(status).toBe(200);
  const kept = await readdir(join(frozen, 'config/.registry-history'));
  const names = kept.map((name) => name.replace(/\.yaml$/, ''));
  expect(names.length).toBeGreaterThan(0);
  expect(body.entries.map(({ history_id: id }) => id)).toEqual(expect.arrayContaining(names));
});

it('changes no file of then but the log, which it continues and finds intact', async () => {
  await gateway.stop();
  expect(await gateway.registryText()).toBe(registry);
  for (const key of keys) expect(await now(key)).toEqual(await before(key));
  for (const name of await readdir(join(frozen, 'config/.registry-history'))) {
    const file = `config/.registry-history/${name}`;
    expect(await now(file)).toEqual(await before(file));
  }
  const [log, whole] = [await before('logs/audit.log'), await now('logs/audit.log')];
  expect(whole.subarray(0, log.length).equals(log)).toBe(true);
  expect(whole.length).toBeGreaterThan(log.length);
  const verified = await gateway.cli('audit', 'verify', '--json');
  expect(JSON.parse(verified.stdout), verified.stderr).toMatchObject({ ok: true });
});

it('finds calls of then in the log', async () => {
  const { stdout } = await runLmcp(gateway.folder, [
    'audit',
    'search',
    '--client',
    'vscode',
    '--json',
    '--registry',
    gateway.registryPath,
  ]);
  const old = String(await before('logs/audit.log'))
    .split('\n')
    .filter((line) => line.includes('"event":"tool_result"'));
  for (const line of old) expect(stdout).toContain((JSON.parse(line) as { ts: string }).ts);
});
