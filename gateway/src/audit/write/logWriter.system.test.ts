import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { openAudit } from '../openAudit.ts';
import { AuditProcess } from '../testing/startAuditProcess.ts';
import { decision, LogFolder } from '../testing/logFolder.ts';
import { verifyLog } from '../verify/verifyLog.ts';

const isRoot = process.getuid?.() === 0;

/** Injects a fault into every fdatasync of a process until disposed. */
class Trace {
  readonly #strace;
  readonly attached: Promise<void>;

  constructor(pid: number, fault: string) {
    if (spawnSync('strace', ['-V']).error !== undefined) {
      throw new Error('this test needs strace: apt-get install strace');
    }
    const args = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fdatasync', '-e', `inject=fdatasync:${fault}`];
    this.#strace = spawn('strace', [...args, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.attached = waitForTracer(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#strace.once('exit', resolve));
    this.#strace.kill('SIGINT');
    await gone;
  }
}

/** Until every thread of the process is traced. */
async function waitForTracer(pid: number): Promise<void> {
  const untraced = (): string =>
    execFileSync('sh', [
      '-c',
      `grep -L 'TracerPid:[^0-9]*[1-9]' /proc/${pid}/task/*/status || true`,
    ]).toString();
  await vi.waitFor(() => expect(untraced()).toBe(''), { timeout: 10_000, interval: 20 });
}

describe('a disk that fails', () => {
  it('rejects after EIO in fdatasync, and goes on in a new segment when the disk works again', async () => {
    using folder = new LogFolder();
    await using writer = new AuditProcess(folder.path);
    await writer.message(0);
    expect(await writer.send('before')).toEqual({ durable: 'before' });
    {
      await using trace = new Trace(writer.child.pid ?? 0, 'error=EIO');
      await trace.attached;
      for (const call of ['first', 'second']) {
        const error = expect.stringContaining('input/output error') as string;
        expect(await writer.send(call)).toEqual({ rejected: call, ok: false, error });
      }
      await delay(800);
      expect(await writer.send('third')).toMatchObject({ rejected: 'third', ok: false });
      expect(folder.segments()).toEqual(['audit.log']);
    }
    await vi.waitFor(async () => expect(await writer.send('after')).toEqual({ durable: 'after' }), {
      timeout: 15_000,
      interval: 200,
    });
    await writer.kill();
    const result = await verifyLog(folder.path);
    expect(result).toMatchObject({ ok: true, segments: 2, notes: [{ file: folder.path, line: 2 }] });
    const calls = folder.text('audit.log.000001');
    expect(calls).toMatch(/"event":"audit_recovered".*\n.*"event":"audit_resumed".*input\/output error/);
    expect(calls).toContain('"call":"after"');
  }, 40_000);

  it('does not resolve an append before fdatasync has returned', async () => {
    using folder = new LogFolder();
    await using writer = new AuditProcess(folder.path);
    await writer.message(0);
    {
      await using trace = new Trace(writer.child.pid ?? 0, 'delay_exit=5000000');
      await trace.attached;
      const answer = writer.send('slow');
      await vi.waitFor(() => expect(folder.text()).toContain('"call":"slow"'), {
        interval: 5,
        timeout: 15_000,
      });
      // In the file, on its way to the disk, and not acknowledged: what did not wait would have come by now.
      await delay(400);
      expect(writer.durable).toEqual([]);
      expect(await answer).toEqual({ durable: 'slow' });
    }
  }, 30_000);

  it('completes and explains the line that a full disk tore, and goes on when there is room', async (context) => {
    using folder = new LogFolder();
    if (!isRoot) context.skip('only root can mount a small file system to fill');
    const logs = join(folder.root, 'logs');
    mkdirSync(logs);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', logs]);
    try {
      const audit = await openAudit(folder.options());
      await audit.append([decision('before')]);
      const filler = join(logs, 'filler');
      const { bavail, bsize } = statfsSync(logs);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
      const size = statSync(folder.path).size;
      const large = { detail: { text: 'x'.repeat(4_000) } };
      await expect(audit.append([decision('torn', large), decision('lost', large)])).rejects.toThrow();
      expect(audit.status()).toMatchObject({ ok: false, seq: 2 });
      expect(audit.status().error).toContain('the disk is full');
      expect(statSync(folder.path).size).toBeGreaterThan(size);
      await expect(audit.append([decision('rejected')])).rejects.toThrow("can't be written");
      unlinkSync(filler);
      await vi.waitFor(() => expect(audit.status().ok).toBe(true), { timeout: 10_000, interval: 50 });
      await audit.append([decision('after')]);
      await audit.close();
      const result = await verifyLog(folder.path);
      expect(result.problems).toEqual([]);
      expect(result.notes).toHaveLength(1);
      expect(folder.segments().filter((name) => name !== 'filler')).toEqual(['audit.log']);
      expect(folder.text()).toMatch(/"event":"audit_recovered".*\n.*"event":"audit_resumed".*disk is full/);
    } finally {
      execFileSync('umount', [logs]);
    }
  }, 20_000);
});

describe('a disk without room at start', () => {
  it('is told in words, and nothing stays locked', async (context) => {
    using folder = new LogFolder();
    if (!isRoot) context.skip('only root can mount a small file system to fill');
    const logs = join(folder.root, 'logs');
    mkdirSync(logs);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', logs]);
    try {
      const filler = join(logs, 'filler');
      const { bavail, bsize } = statfsSync(logs);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
      await expect(openAudit(folder.options())).rejects.toThrow('the disk is full: free some space');
      unlinkSync(filler);
      await (await openAudit(folder.options())).close();
      expect(await verifyLog(folder.path)).toMatchObject({ ok: true, lines: 3 });
    } finally {
      execFileSync('umount', [logs]);
    }
  });
});

describe('SIGKILL under load', () => {
  it('loses no acknowledged line, ten times over', async () => {
    using folder = new LogFolder();
    const acknowledged = new Set<string>();
    for (let round = 0; round < 10; round++) {
      await using writer = new AuditProcess(folder.path, 0.05);
      expect(await writer.message(0)).toEqual({ opened: true });
      writer.child.send(16);
      const enough = 100 + round * 37;
      for (let i = 1; i < enough; i++) await writer.message(i);
      await writer.kill();
      for (const call of writer.durable) acknowledged.add(`${round}/${call}`);
      expect((await verifyLog(folder.path)).problems).toEqual([]);
    }
    await (await openAudit(folder.options())).close();
    expect((await verifyLog(folder.path)).problems).toEqual([]);
    const recorded = new Set<string>();
    let round = -1;
    for (const text of folder
      .segments()
      .sort()
      .flatMap((name) => folder.text(name).split('\n'))) {
      if (text.includes('"event":"audit_open"')) round++;
      const call = /"call":"([\d-]+)","request_id":null,"detail":null\}$/.exec(text)?.[1];
      if (call !== undefined) recorded.add(`${round}/${call}`);
    }
    expect(acknowledged.size).toBeGreaterThan(1_000);
    expect([...acknowledged].filter((call) => !recorded.has(call))).toEqual([]);
  }, 60_000);
});

describe('chattr +a', () => {
  const canSeal = (path: string): boolean => isRoot && spawnSync('chattr', ['+a', path]).status === 0;

  it('on file and folder does not hinder writing, rotation, restart or recovery', async (context) => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options({ rotateMib: () => 0.002 }));
    const sealed = canSeal(folder.path) && canSeal(join(folder.root, 'logs'));
    try {
      if (!sealed) context.skip('needs root and a file system that knows chattr +a');
      expect(() => unlinkSync(folder.path)).toThrow('EPERM');
      for (let i = 0; i < 20; i++) await audit.append([decision(`${i}`)]);
      await audit.close();
      const restarted = await openAudit(folder.options());
      await restarted.append([decision('again')]);
      await restarted.close();
      expect(folder.segments().length).toBeGreaterThan(2);
      expect(await verifyLog(folder.path)).toMatchObject({ ok: true });
    } finally {
      if (sealed) execFileSync('chattr', ['-R', '-a', join(folder.root, 'logs')]);
      await audit.close();
    }
  });
});
