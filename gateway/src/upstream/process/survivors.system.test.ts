import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { callTool, hostile, owner, testPool } from '../testing/pool.ts';
import { listProcesses } from './tree.ts';

// Real processes with all their graces, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

function pidFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-survivors-'));
  const file = join(folder, 'pids');
  onTestFinished(() => {
    // Where something does survive, it is not to survive the test as well.
    for (const pid of pidsIn(file)) kill(pid);
    rmSync(folder, { recursive: true });
  });
  return file;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // As it should be.
  }
}

const pidsIn = (file: string): number[] => {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').map(Number);
  } catch {
    return [];
  }
};

async function alive(pids: readonly number[]): Promise<number[]> {
  const all = new Set((await listProcesses()).map(({ pid }) => pid));
  return pids.filter((pid) => all.has(pid));
}

const noticesNothing = ['--deaf', '--grandchild', '--daemon'];

test('closing ends a deaf server, its child and its daemon', async () => {
  const file = pidFile();
  const { pool, events } = testPool();
  await pool.acquire(hostile([...noticesNothing, `--pid-file=${file}`]), owner);
  await expect.poll(() => pidsIn(file), { timeout: 10_000 }).toHaveLength(3);
  expect(await alive(pidsIn(file))).toHaveLength(3);
  await pool.close(0);
  expect(await alive(pidsIn(file))).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'exit', expected: true, signal: 'SIGKILL' });
});

test('a server that ends by itself takes what it started along', async () => {
  const file = pidFile();
  const { pool } = testPool();
  const instance = await pool.acquire(hostile(['--grandchild', '--daemon', `--pid-file=${file}`]), owner);
  await expect.poll(() => pidsIn(file), { timeout: 10_000 }).toHaveLength(3);
  await expect(callTool(instance, 'kill')).rejects.toMatchObject({ kind: 'exited' });
  await expect.poll(() => alive(pidsIn(file)), { timeout: 10_000 }).toEqual([]);
});

test('nothing survives a gateway that is killed', async () => {
  const file = pidFile();
  const server = hostile([...noticesNothing, `--pid-file=${file}`]);
  const gateway = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { createPool } from ${url('../pool/pool.ts')};
       import { openers } from ${url('../openers.ts')};
       import { systemClock } from ${url('../../clock.ts')};
       import { silentLogger } from ${url('../../logger.ts')};
       import { hostile } from ${url('../testing/servers.ts')};
       const hooks = { lifecycle: async () => {} };
       const pool = createPool({ openers, hooks, clock: systemClock, logger: silentLogger });
       await pool.acquire(hostile(${JSON.stringify(server.args.slice(1))}), { clientId: 'a', sessionId: null });
       console.log('ready');
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void gateway.kill('SIGKILL'));
  await new Promise((resolve) => gateway.stdout.once('data', resolve));
  await expect.poll(() => pidsIn(file), { timeout: 10_000 }).toHaveLength(3);
  const children = (await listProcesses()).filter(({ parent }) => parent === gateway.pid);
  expect(children).toHaveLength(2);
  gateway.kill('SIGKILL');
  await expect
    .poll(() => alive([...pidsIn(file), ...children.map(({ pid }) => pid)]), { timeout: 15_000 })
    .toEqual([]);
});
