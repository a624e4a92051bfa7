import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { AuditUnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { openAudit } from './openAudit.ts';
import { AuditProcess } from './testing/startAuditProcess.ts';
import { decision, LogFolder, outcome } from './testing/logFolder.ts';
import type { Audit, AuditLine } from './types.ts';
import { verifyLog } from './verify/verifyLog.ts';

// Many real files and fdatasyncs: a busy machine may need its time.
vi.setConfig({ testTimeout: 30_000 });

class Warnings implements Logger {
  readonly lines: string[] = [];
  info(): void {
    // Only warnings and errors are kept.
  }
  warn(message: string): void {
    this.lines.push(message);
  }
  error(message: string): void {
    this.lines.push(message);
  }
}

const rejected = async (audit: Audit): Promise<string> => {
  await expect(audit.append([decision('rejected')])).rejects.toBeInstanceOf(AuditUnavailableError);
  expect(audit.status().ok).toBe(false);
  return audit.status().error ?? '';
};

describe('openAudit', () => {
  it('creates folders 0700 and files 0600, the key apart from the log', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    const mode = (path: string): number => statSync(join(folder.root, path)).mode & 0o777;
    expect([mode('logs'), mode('config')]).toEqual([0o700, 0o700]);
    const files = [
      'logs/audit.log',
      'logs/audit.log.lock',
      'config/audit.key',
      'config/audit-checkpoint.key',
    ];
    for (const path of files) expect([path, mode(path)]).toEqual([path, 0o600]);
    expect(readFileSync(join(folder.root, 'config/audit.key'))).toHaveLength(32);
    await audit.close();
  });

  it('keeps the key, so that digests are stable across restarts and differ between installations', async () => {
    using folder = new LogFolder();
    using other = new LogFolder();
    const digests: string[] = [];
    for (const options of [folder.options(), folder.options(), other.options()]) {
      const audit = await openAudit(options);
      digests.push(audit.digest('{"path":"a"}'));
      await audit.close();
    }
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('rejects a key file of another size and warns of one that other users may read', async () => {
    using folder = new LogFolder();
    const key = join(folder.root, 'config/audit.key');
    mkdirSync(join(folder.root, 'config'));
    writeFileSync(key, 'short');
    await expect(openAudit(folder.options())).rejects.toThrow('is not the key of the audit log');
    writeFileSync(key, Buffer.alloc(32, 1));
    chmodSync(key, 0o644);
    const logger = new Warnings();
    await (await openAudit(folder.options({ logger }))).close();
    expect(logger.lines.join()).toContain(`chmod 600 ${key}`);
  });

  it('writes concurrent appends in order, and notifies subscribers once they are durable', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    const seen: AuditLine[] = [];
    const unsubscribe = audit.subscribe((line) => seen.push(line));
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => audit.append([decision(`${i}`), outcome(`${i}`)])),
    );
    expect(folder.lines().slice(1)).toEqual(seen);
    expect(seen.map(({ call }) => call)).toEqual(
      Array.from({ length: 400 }, (_, i) => `${Math.floor(i / 2)}`),
    );
    expect(audit.status()).toEqual({ ok: true, seq: 401 });
    unsubscribe();
    await audit.append([decision('later')]);
    expect(seen).toHaveLength(400);
    await audit.close();
  });

  it('writes entries that arrive during a flush after it, in order', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    const appended: Promise<void>[] = [];
    for (let i = 0; i < 30; i++) {
      appended.push(audit.append([decision(`${i}`)]));
      if (i % 3 < 2) await nextTurn();
      else await Promise.all(appended);
    }
    await audit.close();
    const calls = folder.lines().flatMap(({ call }) => call ?? []);
    expect(calls).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`));
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true });
  });

  it('continues the chain over restarts and holds the newest lines from the file', async () => {
    using folder = new LogFolder();
    for (let run = 0; run < 3; run++) {
      const audit = await openAudit(folder.options({ rotateMib: () => 0.002 }));
      for (let i = 0; i < 6; i++) await audit.append([decision(`${run}-${i}`), outcome(`${run}-${i}`)]);
      expect(audit.recent(1_000)).toEqual(folder.lines());
      expect(audit.recent(3)).toEqual(folder.lines().slice(-3));
      expect(audit.recent(0)).toEqual([]);
      await audit.close();
    }
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, lines: folder.lines().length });
    const opened = folder.lines().filter(({ event }) => event === 'audit_open');
    expect(opened.map(({ detail }) => detail?.['uncounted_s'])).toEqual([undefined, undefined, undefined]);
  });

  it('holds at most the newest thousand lines', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    for (let i = 0; i < 13; i++)
      await audit.append(Array.from({ length: 100 }, (_, j) => decision(`${i}-${j}`)));
    expect(audit.recent(5_000)).toEqual(folder.lines().slice(-1_000));
    await audit.close();
  });

  it('starts a new segment by size under load, without losing or splitting an append', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options({ rotateMib: () => 0.01 }));
    const write = async (writer: number): Promise<void> => {
      for (let i = 0; i < 30; i++)
        await audit.append([decision(`${writer}-${i}`), outcome(`${writer}-${i}`)]);
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    await audit.close();
    expect(folder.segments().length).toBeGreaterThan(5);
    const calls = folder.lines().filter(({ call }) => call !== null);
    expect(calls).toHaveLength(480);
    for (let i = 0; i < calls.length; i += 2) expect(calls[i + 1]?.call).toBe(calls[i]?.call);
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true });
  });

  it('begins each segment with the calls in flight', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options({ rotateMib: () => 0.001 }));
    await audit.append([decision('running')]);
    for (let i = 0; i < 8; i++) await audit.append([decision(`${i}`), outcome(`${i}`)]);
    await audit.close();
    const begins = folder
      .segments()
      .sort()
      .slice(1)
      .map((name) => JSON.parse(folder.text(name).split('\n')[0] ?? '') as AuditLine);
    expect(begins.length).toBeGreaterThan(2);
    for (const { event, detail } of begins) {
      const running = { call: 'running', server_id: 'files', tool_name: 'read' };
      expect([event, detail]).toEqual(['audit_rotate', { unfinished: [running] }]);
    }
  });

  it('rejects entries beyond the memory limit of the queue', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    const large = decision('large', { detail: { text: 'x'.repeat(15_000) } });
    const waiting = audit.append(Array.from({ length: 1_200 }, () => large));
    await expect(audit.append([decision('too many')])).rejects.toMatchObject({
      cause: { message: expect.stringContaining('the disk does not answer') as string },
    });
    await waiting;
    await audit.append([decision('later')]);
    await audit.close();
    expect(folder.lines().filter(({ call }) => call === 'too many')).toEqual([]);
  });

  it('rejects after close, and closing twice is harmless', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    const last = audit.append([decision('last')]);
    await Promise.all([audit.close(), audit.close(), last]);
    expect(await rejected(audit)).toContain('closed');
    expect(folder.lines().map(({ event }) => event)).toEqual([
      'audit_open',
      'tool_authz',
      'audit_checkpoint',
      'audit_close',
    ]);
  });

  it('reports paths and system messages only to the operator, not to callers', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    appendFileSync(folder.path, 'x');
    const error = await audit.append([decision('a')]).catch((reason: unknown) => reason as Error);
    expect((error as Error).message).not.toContain(folder.root);
    expect(audit.status().error).toContain(folder.path);
    await audit.close();
  });
});

describe('after an interrupted run', () => {
  it('completes a torn last line with a newline and explains it', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    await audit.append([decision('a'), decision('b')]);
    const lines = folder.text().split('\n');
    const torn = lines[2]!.slice(0, 200);
    using crashed = new LogFolder();
    mkdirSync(join(crashed.root, 'logs'));
    writeFileSync(crashed.path, `${lines[0]!}\n${lines[1]!}\n${torn}`);
    await audit.close();

    expect(await verifyLog(crashed.path)).toMatchObject({ ok: true, notes: [{ line: 3 }] });
    const logger = new Warnings();
    await (await openAudit(crashed.options({ logger }))).close();
    expect(logger.lines[0]).toContain('torn (200 bytes)');
    expect(logger.lines.at(-1)).toContain('repeated denials of its last 60 s may be missing');
    expect(crashed.text()).toContain('"uncounted_s":60');
    expect(crashed.text().startsWith(`${lines[0]!}\n${lines[1]!}\n${torn}\n{"seq":3,`)).toBe(true);
    const result = await verifyLog(crashed.path);
    expect(result).toMatchObject({ ok: true, segments: 1, notes: [{ line: 4, seq: 3 }] });
    writeFileSync(crashed.path, crashed.text().replace(torn, `${torn.slice(0, -1)}x`));
    expect((await verifyLog(crashed.path)).firstBad).toMatchObject({ line: 3 });
  });

  it('recovers from a cut at any byte', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    await audit.append([decision('a')]);
    const whole = readFileSync(folder.path);
    await audit.close();
    for (let length = 0; length <= whole.length; length += 7) {
      using crashed = new LogFolder();
      mkdirSync(join(crashed.root, 'logs'));
      writeFileSync(crashed.path, whole.subarray(0, length));
      await (await openAudit(crashed.options())).close();
      const result = await verifyLog(crashed.path);
      expect(result.problems).toEqual([]);
      expect(crashed.text().startsWith(whole.subarray(0, length).toString())).toBe(true);
    }
  });

  it('continues after a segment that was created but not written', async () => {
    using folder = new LogFolder();
    await (await openAudit(folder.options())).close();
    writeFileSync(`${folder.path}.000001`, '', { mode: 0o600 });
    await (await openAudit(folder.options())).close();
    expect(folder.text('audit.log.000001')).toMatch(/^\{"seq":4,/);
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, lines: 6, segments: 2 });
  });

  it('accepts a complete last line without its newline', async () => {
    using folder = new LogFolder();
    await (await openAudit(folder.options())).close();
    truncateSync(folder.path, statSync(folder.path).size - 1);
    await (await openAudit(folder.options())).close();
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, lines: 6, notes: [] });
  });

  it('explains whole foreign lines at the end in a new segment', async () => {
    using folder = new LogFolder();
    await (await openAudit(folder.options())).close();
    appendFileSync(folder.path, 'hello\nworld\n');
    const logger = new Warnings();
    await (await openAudit(folder.options({ logger }))).close();
    expect(logger.lines.join()).toContain('ends with 12 bytes that are no audit lines');
    expect(folder.segments()).toEqual(['audit.log', 'audit.log.000001']);
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, lines: 7, notes: [{ line: 3 }] });
    appendFileSync(folder.path, 'more\n');
    expect(await verifyLog(folder.path)).toMatchObject({ ok: false });
  });

  it('names the calls that may have run, also those of older segments, only once', async () => {
    using folder = new LogFolder();
    const logger = new Warnings();
    const running = 'open-\u001b[2J';
    {
      await using writer = new AuditProcess(folder.path, 0.002);
      await writer.message(0);
      await writer.send(running);
      for (let i = 0; i < 20; i++) await writer.send(`filler-${i}`);
    }
    expect(folder.segments().length).toBeGreaterThan(2);
    const audit = await openAudit(folder.options({ logger }));
    await audit.append([outcome(running)]);
    await audit.close();
    const named = folder.lines().find(({ detail }) => detail?.['may_have_run'] !== undefined);
    const calls = (named?.detail?.['may_have_run'] as { call: string }[]).map(({ call }) => call);
    expect(calls).toEqual([running, ...Array.from({ length: 20 }, (_, i) => `filler-${i}`)]);
    expect(logger.lines.filter((line) => line.includes('may have run'))).toHaveLength(20);
    expect(logger.lines.join()).not.toContain('\u001b');
    logger.lines.length = 0;
    await (await openAudit(folder.options({ logger }))).close();
    expect(logger.lines).toEqual([]);
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true });
  });
});

describe('what is no audit log is rejected, untouched', () => {
  const cases: [string, (path: string) => void, string][] = [
    ['a symbolic link', (path) => symlinkSync('/etc/hostname', path), 'is a symbolic link'],
    ['a folder', (path) => mkdirSync(path), 'is a folder'],
    ['a FIFO', (path) => execFileSync('mkfifo', [path]), 'is a named pipe'],
    ['a text file', (path) => writeFileSync(path, 'export PATH\n'), 'is not an audit log'],
    ['text without a newline', (path) => writeFileSync(path, 'export PATH'), 'is not an audit log'],
    ['a large binary', (path) => writeFileSync(path, Buffer.alloc(9 * 1024 * 1024)), 'is not an audit log'],
  ];

  it.each(cases)('%s', async (_, make, message) => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    make(folder.path);
    await expect(openAudit(folder.options())).rejects.toThrow(message);
    await expect(openAudit(folder.options())).rejects.toBeInstanceOf(AuditUnavailableError);
    expect(folder.segments()).toEqual(['audit.log']);
  });

  it('a device', async (context) => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    if (process.getuid?.() !== 0) context.skip('only root can make a device node');
    execFileSync('mknod', [folder.path, 'c', '1', '3']);
    await expect(openAudit(folder.options())).rejects.toThrow('is a device');
  });

  it('a file with a second name', async () => {
    using folder = new LogFolder();
    await (await openAudit(folder.options())).close();
    linkSync(folder.path, join(folder.root, 'second'));
    await expect(openAudit(folder.options())).rejects.toThrow('is a file with a second name');
  });

  it('a link in the place of the lock', async () => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    symlinkSync(join(folder.root, 'elsewhere'), `${folder.path}.lock`);
    writeFileSync(join(folder.root, 'elsewhere'), '');
    await expect(openAudit(folder.options())).rejects.toThrow('audit.log.lock is a symbolic link');
  });

  it('a link in the place of a later segment', async () => {
    using folder = new LogFolder();
    await (await openAudit(folder.options())).close();
    symlinkSync('/etc/hostname', `${folder.path}.000001`);
    await expect(openAudit(folder.options())).rejects.toThrow('000001 is a symbolic link');
  });
});

describe('one writer', () => {
  it('rejects a second one in another process, naming the first, and accepts it after SIGKILL', async () => {
    using folder = new LogFolder();
    await using first = new AuditProcess(folder.path);
    expect(await first.message(0)).toEqual({ opened: true });
    await expect(openAudit(folder.options())).rejects.toThrow(
      `another gateway (pid ${first.child.pid ?? 0}) is writing this log`,
    );
    await first.kill();
    await (await openAudit(folder.options())).close();
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true });
  });

  it('rejects a second one in the same process and on another path to the same folder, until the first closes', async () => {
    using folder = new LogFolder();
    const first = await openAudit(folder.options());
    symlinkSync(join(folder.root, 'logs'), join(folder.root, 'alias'));
    const path = join(folder.root, 'alias', 'audit.log');
    for (let i = 0; i < 2; i++) {
      await expect(openAudit(folder.options({ path }))).rejects.toThrow('is writing this log');
    }
    await using third = new AuditProcess(folder.path);
    expect(await third.message(0)).toMatchObject({
      failed: expect.stringContaining('another gateway') as string,
    });
    await first.close();
    await (await openAudit(folder.options({ path }))).close();
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true });
  });
});

describe('a foreign change while running', () => {
  const changes: [string, (path: string) => void, string, boolean][] = [
    ['an append', (path) => appendFileSync(path, 'x\n'), 'was written to by somebody else', true],
    ['a truncation', (path) => truncateSync(path, 100), 'was shortened by somebody else', false],
    [
      'a replacement',
      (path) => {
        writeFileSync(`${path}.new`, readFileSync(path));
        renameSync(`${path}.new`, path);
      },
      'was replaced by another file',
      true,
    ],
    ['an unlink', (path) => unlinkSync(path), 'was removed or renamed', false],
  ];

  it.each(changes)('is noticed at the next batch: %s', async (_, change, message, stillVerifies) => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    await audit.append([decision('a')]);
    change(folder.path);
    expect(await rejected(audit)).toContain(message);
    expect(await rejected(audit)).toContain(message);
    await vi.waitFor(
      () => expect(folder.text('audit.log.000001')).toContain('"event":"audit_blocked"'),
      5_000,
    );
    expect(await rejected(audit)).toContain(message);
    await audit.close();
    const restarted = await openAudit(folder.options());
    await restarted.append([decision('b')]);
    await restarted.close();
    const written = folder.segments().map((name) => folder.text(name));
    expect(written.join('')).not.toContain('"call":"rejected"');
    const last = folder.text('audit.log.000001');
    expect(last).toContain('"call":"b"');
    expect(last).toContain(message);
    expect((await verifyLog(folder.path)).ok).toBe(stillVerifies);
  });

  it('of which only a second name is left is noticed too', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    linkSync(folder.path, `${folder.path}.copy`);
    expect(await rejected(audit)).toContain('has a second name');
    unlinkSync(`${folder.path}.copy`);
    await audit.close();
  });

  it('is noticed when it comes while the disk confirms, and what waits behind is rejected as well', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    const first = audit.append([decision('first')]);
    await nextTurn();
    const second = audit.append([decision('second')]);
    expect(folder.text()).toContain('"call":"first"');
    appendFileSync(folder.path, 'x\n');
    await expect(first).rejects.toBeInstanceOf(AuditUnavailableError);
    await expect(second).rejects.toBeInstanceOf(AuditUnavailableError);
    expect(audit.status().error).toContain('was written to by somebody else');
    await audit.close();
    expect(folder.text()).not.toContain('"call":"second"');
  });

  it('is noticed when a new segment begins', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options({ rotateMib: () => 0.0001 }));
    appendFileSync(folder.path, 'x\n');
    expect(await rejected(audit)).toContain('was written to by somebody else');
    expect(folder.segments()).toEqual(['audit.log']);
    await audit.close();
  });

  it('that is undone lets the log go on by itself, and logs both', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    renameSync(folder.path, `${folder.path}.away`);
    await rejected(audit);
    renameSync(`${folder.path}.away`, folder.path);
    await vi.waitFor(() => expect(audit.status()).toMatchObject({ ok: true }), 10_000);
    await audit.append([decision('b')]);
    await audit.close();
    expect(folder.lines().map(({ event }) => event)).toContain('audit_resumed');
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, problems: [] });
  }, 15_000);
});
