import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { SealWatch } from './sealWatch.ts';

const script = fileURLToPath(new URL('../../../../docker/seal.sh', import.meta.url));
const canSeal = process.getuid?.() === 0;
const clock = { now: () => Date.now(), monotonic: () => performance.now() };

function logs(base = tmpdir()): { folder: string; path: string } {
  const folder = mkdtempSync(join(base, 'lmcp-seal-'));
  onTestFinished(() => {
    spawnSync('chattr', ['-R', '-a', folder]);
    rmSync(folder, { recursive: true });
  });
  return { folder, path: join(folder, 'audit.log') };
}
const owner = 12_345;
/** The script as the log's owner, without the capability that the stack's sealer has. */
const asOwner = [
  ...['--reuid', String(owner), '--regid', String(owner), '--clear-groups'],
  ...['--inh-caps', '-all', '--bounding-set', '-all', script],
];
const check = (folder: string) => spawnSync('setpriv', [...asOwner, '--check', folder]).status;

async function watched(path: string, isExpected = true): Promise<SealWatch> {
  const watch = await SealWatch.start(path, clock, isExpected);
  onTestFinished(() => watch[Symbol.dispose]());
  return watch;
}

it('has no state where nobody seals', async () => {
  const { path } = logs();
  writeFileSync(path, '');
  expect((await watched(path, false)).state).toBeNull();
});

it.runIf(canSeal)('tells a new segment that stays open, and that it was sealed since', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { folder, path } = logs();
  writeFileSync(path, 'x');
  for (const one of [folder, path]) chownSync(one, owner, owner);
  expect(spawnSync('chattr', ['+a', path]).status).toBe(0);
  const watch = await watched(path, false);
  expect(watch.state).toMatchObject({ state: 'all' });
  expect(check(folder)).toBe(0);
  const next = `${path}.000001`;
  writeFileSync(next, 'x');
  expect(check(folder)).toBe(1);
  await vi.advanceTimersByTimeAsync(5_000);
  await expect.poll(() => watch.state?.state).toBe('pending');
  writeFileSync(join(folder, '.sealer'), 'unsupported\n');
  await vi.advanceTimersByTimeAsync(5_000);
  await expect.poll(() => watch.state?.state).toBe('unsupported');
  expect(check(folder)).toBe(0);
  spawnSync('chattr', ['+a', next]);
  await vi.advanceTimersByTimeAsync(5_000);
  await expect.poll(() => watch.state?.state).toBe('all');
});

it.runIf(canSeal)('tells a file system without append-only files from a file of somebody else', async () => {
  const sealer = async (folder: string): Promise<string> => {
    const child = spawn('setpriv', [...asOwner, folder]);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said, { timeout: 5_000 }).toContain('warning:');
    child.kill();
    return said;
  };
  const { folder: mountPoint } = logs();
  expect(spawnSync('mount', ['-t', 'ramfs', 'ramfs', mountPoint]).status).toBe(0);
  onTestFinished(() => void spawnSync('umount', [mountPoint]));
  const without = logs(mountPoint);
  writeFileSync(without.path, 'x');
  chownSync(mountPoint, owner, owner);
  for (const path of [without.folder, without.path]) chownSync(path, owner, owner);
  expect(await sealer(without.folder)).toContain('no append-only files');
  const foreign = logs();
  writeFileSync(foreign.path, 'x', { mode: 0o600 });
  chownSync(foreign.folder, owner, owner);
  expect(await sealer(foreign.folder)).toContain(`can't be sealed by user ${owner}`);
});
