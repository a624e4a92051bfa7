import { chmodSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { GENESIS, hashLine } from '../format/chain.ts';
import {
  CHECKPOINT_LINES,
  CHECKPOINT_MS,
  readCheckpoint,
  signCheckpoint,
  type Checkpoint,
} from './checkpoint.ts';
import { findCheckpointVerifierKey } from './checkpointKey.ts';
import { sealLine } from '../format/line.ts';
import { newestCheckpoint } from '../read/newestCheckpoint.ts';
import { openAudit } from '../openAudit.ts';
import { noteSigner, readVerifierKey, type NoteVerifier } from './signedNote.ts';
import { AuditProcess } from '../testing/startAuditProcess.ts';
import { decision, LogFolder } from '../testing/logFolder.ts';
import { verifyLog } from '../verify/verifyLog.ts';

vi.setConfig({ testTimeout: 30_000 });

async function verifiers(folder: LogFolder): Promise<NoteVerifier[]> {
  const key = readVerifierKey((await findCheckpointVerifierKey(join(folder.root, 'config'))) ?? '');
  return key === undefined ? [] : [key];
}

async function kept(folder: LogFolder): Promise<Checkpoint[]> {
  const checkpoint = readCheckpoint((await newestCheckpoint(folder.path)) ?? '');
  return checkpoint === undefined ? [] : [checkpoint];
}

async function write(folder: LogFolder, lines: number): Promise<void> {
  const audit = await openAudit(folder.options());
  for (let i = 0; i < lines; i += 100) {
    await audit.append(Array.from({ length: Math.min(100, lines - i) }, (_, j) => decision(`${i + j}`)));
  }
  await audit.close();
}

/** Changes a log and recomputes its chain, as an attacker with write access but without the key can. */
function rewrite(folder: LogFolder, change: (line: string, i: number) => string | undefined): void {
  let [seq, prev] = [0, GENESIS.hash];
  const lines = folder
    .text()
    .trimEnd()
    .split('\n')
    .map(change)
    .filter((line) => line !== undefined)
    .map((line) => {
      const numbered = line.replace(/^\{"seq":\d+,"prev":"[0-9a-f]+"/, `{"seq":${++seq},"prev":"${prev}"`);
      const sealed = numbered.includes(',"event":"audit_close",')
        ? sealLine(numbered.replace(/,"self":"[0-9a-f]+"\}\}$/, '}}'))
        : numbered;
      prev = hashLine(sealed);
      return sealed;
    });
  writeFileSync(folder.path, `${lines.join('\n')}\n`);
}

describe('checkpoints', () => {
  it('follow each thousand lines and before the end, signed, over restarts too', async () => {
    using folder = new LogFolder();
    await write(folder, 2_500);
    await write(folder, 700);
    const seqs = folder.lines().flatMap(({ event, seq }) => (event === 'audit_checkpoint' ? seq : []));
    expect(seqs.length).toBeGreaterThanOrEqual(4);
    for (const [i, seq] of seqs.entries())
      expect(seq - (seqs[i - 1] ?? 0)).toBeLessThanOrEqual(CHECKPOINT_LINES + 1);
    const result = await verifyLog(folder.path, { verifiers: await verifiers(folder) });
    expect(result).toMatchObject({ ok: true, checkpoints: seqs.length, signedUpTo: seqs.at(-1) });
    expect(await verifyLog(folder.path)).toMatchObject({
      ok: true,
      checkpoints: seqs.length,
      signedUpTo: 0,
    });
  });

  it('come after a time interval if something was written since the last', async () => {
    using folder = new LogFolder();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const audit = await openAudit(folder.options());
      for (let i = 0; i < 3; i++) {
        await vi.advanceTimersByTimeAsync(CHECKPOINT_MS);
        await vi.waitFor(() => expect(audit.status().seq).toBe(2), { interval: 5, timeout: 10_000 });
      }
      await audit.close();
      expect(folder.lines()[1]?.event).toBe('audit_checkpoint');
    } finally {
      vi.useRealTimers();
    }
  });

  it('come in time although every run is killed', async () => {
    using folder = new LogFolder();
    for (let run = 0; run < 4; run++) {
      await using writer = new AuditProcess(folder.path);
      await writer.message(0);
      writer.child.send(16);
      await writer.message(400);
      await writer.kill();
    }
    const result = await verifyLog(folder.path, { verifiers: await verifiers(folder) });
    expect(result.problems).toEqual([]);
    expect(result.checkpoints).toBeGreaterThan(0);
  });

  it('reveal a chain that was recomputed without the key', async () => {
    const changes: [string, (line: string, i: number) => string | undefined, string][] = [
      ['a line left out', (line, i) => (i === 500 ? undefined : line), 'about other lines'],
      ['a line changed', (line) => line.replace('"call":"700"', '"call":"7000"'), 'about other lines'],
      [
        'checkpoints left out',
        (line) => (line.includes('_checkpoint"') ? undefined : line),
        'no valid checkpoint',
      ],
      [
        'checkpoints and the end left out',
        (line) => (/_(checkpoint|close)"/.test(line) ? undefined : line),
        'no valid checkpoint',
      ],
      ['only the last one left out', (line, i) => (i === 1502 ? undefined : line), 'no valid checkpoint'],
    ];
    for (const [what, change, message] of changes) {
      using folder = new LogFolder();
      await write(folder, 1_500);
      rewrite(folder, change);
      const result = await verifyLog(folder.path, { verifiers: await verifiers(folder) });
      expect([what, result.ok]).toEqual([what, false]);
      expect(result.problems.map((problem) => problem.what).join('; ')).toContain(message);
    }
  });

  it('reveal a signature by another key', async () => {
    using folder = new LogFolder();
    await write(folder, 20);
    const before = await verifiers(folder);
    const other = noteSigner(Buffer.alloc(32, 9));
    rewrite(folder, (line) => {
      const note = /"note":("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
      if (note === undefined) return line;
      const says = readCheckpoint(JSON.parse(note) as string);
      return line.replace(note, () => JSON.stringify(signCheckpoint(other, says ?? GENESIS)));
    });
    expect((await verifyLog(folder.path)).ok).toBe(true);
    expect((await verifyLog(folder.path, { verifiers: before })).firstBad?.what).toContain(
      'not signed by a known key',
    );
  });

  it('kept elsewhere reveal a truncated or replaced log', async () => {
    using folder = new LogFolder();
    await write(folder, 30);
    const known = { kept: await kept(folder) };
    expect(known.kept).toHaveLength(1);
    expect(await verifyLog(folder.path, known)).toMatchObject({ ok: true });
    await write(folder, 30);
    expect(await verifyLog(folder.path, known)).toMatchObject({ ok: true });
    const lines = folder.text().split('\n');
    truncateSync(folder.path, lines.slice(0, 10).join('\n').length + 1);
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, lines: 10 });
    expect((await verifyLog(folder.path, known)).firstBad?.what).toContain('its end is missing');
    rmSync(folder.path);
    await write(folder, 50);
    expect((await verifyLog(folder.path, known)).firstBad).toMatchObject({ seq: known.kept[0]?.seq });
  });

  it('are signed by a key of the installation, 0600, that stays', async () => {
    using folder = new LogFolder();
    const path = join(folder.root, 'config/audit-checkpoint.key');
    await write(folder, 1);
    const key = readFileSync(path);
    expect([statSync(path).mode & 0o777, key.length]).toEqual([0o600, 32]);
    await write(folder, 1);
    expect(readFileSync(path)).toEqual(key);
    expect(folder.lines()[0]?.detail?.['checkpoint_key']).toBe(noteSigner(key).verifierKey);
    writeFileSync(path, 'short');
    await expect(openAudit(folder.options())).rejects.toThrow('is not the key that signs checkpoints');
    chmodSync(path, 0o600);
  });
});
