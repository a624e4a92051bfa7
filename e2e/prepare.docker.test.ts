import { execFile } from 'node:child_process';
import { chmod, chown, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { buildImage, fixtureImage } from './harness/docker/containers.ts';
import { root } from './harness/gateway.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(() => buildImage('fixture', fixtureImage));

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
function prepare(uid: number): Promise<{ stdout: string }> {
  const mounts = ['config', 'logs'].flatMap((name) => ['-v', `${join(folder, name)}:/lmcp/${name}`]);
  return run('docker', [
    ...['run', '--rm', '--network', 'none', '--user', '0:0', '--read-only'],
    ...['--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--cap-add', 'DAC_READ_SEARCH'],
    ...['-e', `LMCP_UID=${uid}`, '-e', `LMCP_GID=${uid}`, ...mounts],
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

it('refuses to run the gateway as root', async () => {
  await expect(prepare(0)).rejects.toThrow('LMCP_UID=0 would run the gateway as root');
  expect(await owner('config')).toBe(1_000);
});
