import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { buildFolder, removeLeftBuilds } from './leftBuilds.mjs';

it('removes build folders of processes that have ended, and nothing else', async () => {
  const dist = await mkdtemp(join(tmpdir(), 'lmcp-builds-'));
  try {
    const folder = join(dist, 'built');
    const dead = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(dead, 'exit');
    const own = basename(buildFolder(folder));
    const kept = ['built', `built-${process.ppid}`, 'built-1.0', `other-${dead.pid}`];
    for (const name of [...kept, own, `built-${dead.pid}`]) {
      await mkdir(join(dist, name));
      await writeFile(join(dist, name, 'file'), '');
    }
    await removeLeftBuilds(folder);
    expect((await readdir(dist)).sort()).toEqual(kept.sort());
  } finally {
    await rm(dist, { recursive: true });
  }
});

it('succeeds where nothing has been built', async () => {
  await expect(removeLeftBuilds(join(tmpdir(), 'lmcp-no-such-folder', 'built'))).resolves.toBeUndefined();
});
