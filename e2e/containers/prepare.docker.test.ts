import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixtureImage } from '../harness/docker/containers.ts';
import { root } from '../harness/gateway.ts';

const run = promisify(execFile);
let folder: string;

/** Folders as a former start of the stack left them, whose user was 1000. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-prepare-'));
  for (const name of ['config', 'logs', 'elsewhere']) await mkdir(join(folder, name));
  for (const name of ['config/registry.yaml', 'logs/audit.log', 'elsewhere/file', 'config/foreign']) {
    await writeFile(join(folder, name), 'x', { mode: 0o600 });
  }
  await symlink('/elsewhere/file', join(folder, 'config/link'));
  for (const name of ['config/registry.yaml', 'logs/audit.log', 'config', 'logs']) {
    await chown(join(folder, name), 1_000, 1_000);
  }
  await chown(join(folder, 'config/foreign'), 1_234, 1_234);
  for (const name of ['config', 'logs']) await chmod(join(folder, name), 0o700);
});
afterEach(async () => {
  await run('chattr', ['-R', '-a', join(folder, 'logs')]).catch(() => undefined);
  await rm(folder, { recursive: true });
});

/** With the capabilities of compose.yaml. */
function prepare(uid: number, ...more: string[]): Promise<{ stdout: string; stderr: string }> {
  const mounts = ['config', 'logs'].flatMap((name) => ['-v', `${join(folder, name)}:/lmcp/${name}`]);
  return run('docker', [
    ...['run', '--rm', '--network', 'none', '--user', '0:0', '--read-only'],
    ...['--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--cap-add', 'DAC_READ_SEARCH'],
    ...['-e', `LMCP_UID=${uid}`, '-e', `LMCP_GID=${uid}`, ...mounts, ...more],
    ...['-v', `${join(folder, 'elsewhere')}:/elsewhere`],
    ...[
      '-v',
      `${join(root, 'docker/prepare.sh')}:/prepare.sh:ro`,
      '--entrypoint',
      '/prepare.sh',
      fixtureImage,
    ],
  ]);
}
const owner = async (name: string): Promise<number> => (await lstat(join(folder, name))).uid;

it('gives folders and files of the former user to the new one, and nothing else', async () => {
  expect((await prepare(1_000)).stdout).toBe('');
  expect((await prepare(1_001)).stdout).toContain('/lmcp/config and its files now belong to 1001:1001');
  for (const name of ['config', 'config/registry.yaml', 'logs', 'logs/audit.log']) {
    expect([name, await owner(name)]).toEqual([name, 1_001]);
  }
  expect(await owner('config/foreign')).toBe(1_234);
  expect(await owner('elsewhere/file')).toBe(0);
});

it('says what to unseal where a segment of the log is sealed', async ({ skip }) => {
  const log = join(folder, 'logs/audit.log');
  await run('chattr', ['+a', log]).catch(() => skip('this file system has no append-only files'));
  await expect(prepare(1_001)).rejects.toThrow('sudo chattr -a logs/*.log*');
  expect(await owner('logs')).toBe(1_000);
  await run('chattr', ['-a', log]);
  await prepare(1_001);
  expect(await owner('logs/audit.log')).toBe(1_001);
});

it('does not run the gateway as root', async () => {
  await expect(prepare(0)).rejects.toThrow('LMCP_UID=0 would run the gateway as root');
  expect(await owner('config')).toBe(1_000);
});

it('lets user 0 be LMCP’s where it is the user of a rootless engine', async () => {
  // As in its user namespace: 0 is the user who runs it.
  await run('chown', ['-R', '--no-dereference', '1000:1000', folder]);
  const folders = ['config', 'logs'].map((name) => join(folder, name));
  const script = join(folder, 'prepare.sh');
  await copyFile(join(root, 'docker/prepare.sh'), script);
  await chmod(folder, 0o755);
  const env = { ...process.env, LMCP_UID: '0', LMCP_GID: '0' };
  const asUser = [
    '--reuid',
    '1000',
    '--regid',
    '1000',
    '--clear-groups',
    'unshare',
    '--user',
    '--map-root-user',
  ];
  await run('setpriv', [...asUser, script, ...folders], { env });
  expect(await owner('config')).toBe(1_000);
});

it('rejects a project that another folder has started, and restarts its own', async () => {
  const state = join(folder, 'elsewhere');
  const from = (place: string) =>
    prepare(1_000, '-v', `${state}:/run/lmcp`, '-e', `LMCP_HOST_DIR=${place}`, '-e', 'LMCP_PROJECT=lmcp');
  await from('/home/a/lmcp');
  await from('/home/a/lmcp');
  await expect(from('/home/b/lmcp')).rejects.toThrow(
    'project lmcp belongs to /home/a/lmcp. For a second stack set COMPOSE_PROJECT_NAME',
  );
});

it('warns where the image was built from other code', async () => {
  const [code, image] = [join(folder, 'code'), join(folder, 'image')];
  for (const place of [code, image]) {
    await mkdir(join(place, 'testing'), { recursive: true });
    await writeFile(join(place, 'main.ts'), 'same');
  }
  await writeFile(join(code, 'main.test.ts'), 'in the folder alone');
  const compared = () =>
    prepare(
      1_000,
      '-v',
      `${code}:/lmcp/code:ro`,
      '-v',
      `${image}:/opt/lmcp/gateway/src:ro`,
      '-e',
      'LMCP_COMMIT=abc',
    );
  expect((await compared()).stderr).toBe('');
  await writeFile(join(code, 'main.ts'), 'newer');
  expect((await compared()).stderr).toContain('(commit abc) was built from other code than the folder has');
});
