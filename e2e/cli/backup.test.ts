import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLmcp, type CommandResult } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callTool } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const codex = { id: 'codex', token: 'token-of-codex-0123456789' };
const secret = 'value-of-the-secret-0123456789';
/** What was approved and allowed, as a gateway keeps it. */
const beside = [
  ['.authorizations.json', '{"version":1,"authorizations":[]}\n'],
  ['.tools-approved/0123456789abcdef.json', '{}'],
] as const;
let gateway: TestGateway;
let file: string;

const cli = (...args: readonly string[]): Promise<CommandResult> => {
  const env = { HOME: gateway.folder, LMCP_REGISTRY: gateway.registryPath };
  return runLmcp(gateway.folder, args, env);
};
const at = (folder: string): string => join(gateway.folder, folder, 'registry.yaml');

beforeAll(async () => {
  const plain = fixture('plain-server.ts');
  gateway = await TestGateway.prepare({
    clients: { codex: { token_file: 'token-of-codex', allow_servers: ['plain'] } },
    servers: { plain: { ...plain, env: { KEY: '${secret:KEY}' } } },
  });
  await writeFile(join(gateway.folder, 'token-of-codex'), codex.token, { mode: 0o600 });
  const secrets = join(dirname(gateway.registryPath), 'secrets.yaml');
  await writeFile(secrets, `KEY: ${secret}\nOTHER: {keyring: true}\n`, { mode: 0o600 });
  await mkdir(join(dirname(gateway.registryPath), '.tools-approved'));
  for (const [name, text] of beside) await writeFile(join(dirname(gateway.registryPath), name), text);
  await gateway.run();
  await callTool(gateway, codex, 'plain__echo', { text: 'before' });
  file = join(gateway.folder, 'backup.tar.gz');
});
afterAll(() => gateway[Symbol.asyncDispose]());

test('a backup of a running gateway is one file for its owner alone, and says what is not in it', async () => {
  const ran = await cli('backup', file);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(ran.stderr).toContain('the secret OTHER, which the keyring of this machine holds');
  expect(ran.stderr + ran.stdout).not.toContain(secret);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const bytes = await readFile(file);
  expect(await cli('backup', file)).toMatchObject({ code: 2 });
  expect((await readFile(file)).equals(bytes)).toBe(true);
});

test('a restored backup has the same clients, secrets and log, whose chain goes on', async () => {
  await callTool(gateway, codex, 'plain__echo', { text: 'after the backup' });
  const dry = await cli('restore', file, '--dry-run', '--registry', at('dry'));
  expect(dry.stdout).toContain(at('dry'));
  await expect(stat(at('dry'))).rejects.toThrow('ENOENT');
  const ran = await cli('restore', file, '--registry', at('restored'));
  expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining('is intact') as string });
  expect(await readFile(at('restored'), 'utf8')).toBe(await gateway.registryText());
  for (const [name, text] of beside)
    expect(await readFile(join(dirname(at('restored')), name), 'utf8')).toBe(text);
  const args = ['--args-json', '{"text":"restored"}', '--client', 'codex', '--registry', at('restored')];
  const called = await cli('call', 'plain', 'echo', ...args);
  expect(called, called.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('restored') as string,
  });
  const verified = await cli('audit', 'verify', '--json', '--registry', at('restored'));
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
  const again = await cli('restore', file, '--registry', at('restored'));
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') as string });
});

test('a backup that was changed, cut or is none is not restored, and nothing is written', async () => {
  const archive = gunzipSync(await readFile(file));
  const changed = Buffer.from(archive);
  changed.write('X', changed.indexOf('allow_servers'));
  for (const [name, bytes] of [
    ['changed', gzipSync(changed)],
    ['cut', (await readFile(file)).subarray(0, 700)],
    ['none', Buffer.from('no archive')],
  ] as const) {
    const damaged = join(gateway.folder, `${name}.tar.gz`);
    await writeFile(damaged, bytes);
    const ran = await cli('restore', damaged, '--registry', at(name));
    expect([name, ran.code, ran.stderr]).toEqual([name, 1, expect.stringContaining('Nothing was written')]);
    await expect(stat(at(name))).rejects.toThrow('ENOENT');
  }
});

test('adopt of a Compose project takes the time server of the image for that of this installation', async () => {
  const [folder, to] = [join(gateway.folder, 'compose'), join(gateway.folder, 'from-compose')];
  await mkdir(join(folder, 'config'), { recursive: true });
  await writeFile(
    join(folder, 'config/registry.yaml'),
    `lmcp:\n  audit_log: logs/audit.log\nclients:\n  codex:\n    token: "${codex.token}"\n    allow_servers: ["time"]\n` +
      'servers:\n  # It comes with LMCP.\n  time:\n    transport: stdio\n    command: node\n' +
      '    args: ["/opt/lmcp/gateway/builtin/time-server.mjs"]\n',
    { mode: 0o600 },
  );
  const ran = await cli('adopt', folder, '--to', to, '--yes');
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(await readFile(join(to, 'registry.yaml'), 'utf8')).toContain('# It comes with LMCP.');
  const args = ['--client', 'codex', '--registry', join(to, 'registry.yaml')];
  expect(await cli('call', 'time', 'current_time', ...args)).toMatchObject({ code: 0 });
});

test('adopt copies registry, keys and log once their gateway has stopped, and overwrites nothing', async () => {
  const to = join(gateway.folder, 'home');
  const running = await cli('adopt', gateway.folder, '--to', to, '--yes');
  expect(running).toMatchObject({ code: 1, stderr: expect.stringContaining('stop it first') as string });
  await gateway.stop();
  const dry = await cli('adopt', gateway.folder, '--to', to, '--dry-run');
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining(`${gateway.auditPath} -> ${to}`)]);
  await expect(stat(to)).rejects.toThrow('ENOENT');
  const ran = await cli('adopt', gateway.folder, '--to', to, '--yes');
  expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining('is intact') as string });
  expect(ran.stderr).toContain(`once all works, remove ${gateway.registryPath}`);
  const args = ['--client', 'codex', '--registry', join(to, 'registry.yaml')];
  expect(await cli('call', 'plain', 'echo', '--args-json', '{"text":"adopted"}', ...args)).toMatchObject({
    code: 0,
  });
  const verified = await cli('audit', 'verify', '--registry', join(to, 'registry.yaml'));
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('signed up to') as string });
  const again = await cli('adopt', gateway.folder, '--to', to, '--yes');
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') as string });
});
