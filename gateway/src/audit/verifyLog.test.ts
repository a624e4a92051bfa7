import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { openAudit } from './openAudit.ts';
import { decision, LogFolder, outcome } from './testing/logFolder.ts';
import type { AuditEvent } from './types.ts';
import { verifyLog } from './verifyLog.ts';

// Many real files and fdatasyncs: a busy machine may need its time.
vi.setConfig({ testTimeout: 30_000 });

const entry = fc.record({
  event: fc.constantFrom<AuditEvent[]>('client_auth', 'tool_authz', 'tool_result', 'server_error'),
  client_id: fc.option(fc.string({ unit: 'binary' })),
  server_id: fc.option(fc.string()),
  tool_name: fc.option(fc.string()),
  allowed: fc.option(fc.boolean()),
  call: fc.option(fc.string()),
  detail: fc.option(fc.dictionary(fc.string(), fc.jsonValue())),
});

type Segments = readonly (readonly [name: string, bytes: Buffer])[];

function read(folder: LogFolder): Segments {
  return folder
    .segments()
    .sort()
    .map((name) => [name, readFileSync(join(folder.root, 'logs', name))] as const);
}

function write(folder: LogFolder, segments: Segments): void {
  rmSync(join(folder.root, 'logs'), { recursive: true });
  mkdirSync(join(folder.root, 'logs'));
  for (const [name, bytes] of segments) writeFileSync(join(folder.root, 'logs', name), bytes);
}

const whole = (segments: Segments): Buffer => Buffer.concat(segments.map(([, bytes]) => bytes));

/** Cutting off the end is the one thing that a log can't know of without a copy elsewhere. */
function isTailCut(before: Segments, after: Segments): boolean {
  const [old, cut] = [whole(before), whole(after)];
  return old.subarray(0, cut.length).equals(cut);
}

/** One change of bytes at a place: flipped, replaced, inserted, removed. */
const byteChange = fc.record({
  kind: fc.constantFrom('flip', 'insert', 'remove', 'repeat'),
  at: fc.nat(),
  bit: fc.nat(7),
  length: fc.integer({ min: 1, max: 400 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
});

function changeBytes(
  bytes: Buffer,
  change: typeof byteChange extends fc.Arbitrary<infer T> ? T : never,
): Buffer {
  const at = change.at % bytes.length;
  const copy = Buffer.from(bytes);
  if (change.kind === 'flip') {
    copy[at] = copy[at]! ^ (1 << change.bit);
    return copy;
  }
  const end = Math.min(bytes.length, at + change.length);
  const before = bytes.subarray(0, at);
  if (change.kind === 'insert') return Buffer.concat([before, change.bytes, bytes.subarray(at)]);
  if (change.kind === 'remove') return Buffer.concat([before, bytes.subarray(end)]);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
}

/** One change of whole lines. */
const lineChange = fc.record({
  kind: fc.constantFrom('remove', 'repeat', 'swap', 'move'),
  a: fc.nat(),
  b: fc.nat(),
});

function changeLines(
  bytes: Buffer,
  change: typeof lineChange extends fc.Arbitrary<infer T> ? T : never,
): Buffer {
  const lines = bytes.toString('utf8').split('\n').slice(0, -1);
  const [a, b] = [change.a % lines.length, change.b % lines.length];
  const [lineA, lineB] = [lines[a]!, lines[b]!];
  if (change.kind === 'remove') lines.splice(a, 1);
  else if (change.kind === 'repeat') lines.splice(b, 0, lineA);
  else if (change.kind === 'swap') [lines[a], lines[b]] = [lineB, lineA];
  else lines.splice(b, 0, ...lines.splice(a, 1));
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

async function writtenLog(folder: LogFolder): Promise<Segments> {
  const audit = await openAudit(folder.options({ rotateMib: 0.002 }));
  for (let i = 0; i < 8; i++) await audit.append([decision(`c${i}`), outcome(`c${i}`)]);
  await audit.close();
  return read(folder);
}

describe('verifyLog', () => {
  it('finds nothing wrong with any log that the writer wrote', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 12 }), async (appends) => {
        using folder = new LogFolder();
        const audit = await openAudit(folder.options({ rotateMib: 0.002 }));
        await Promise.all(appends.map((entries) => audit.append(entries)));
        await audit.close();
        const result = await verifyLog(folder.path);
        expect(result).toMatchObject({ ok: true, problems: [], notes: [] });
        expect(result.lines).toBe(folder.lines().length);
        expect(folder.lines().map(({ seq }) => seq)).toEqual(folder.lines().map((_, i) => i + 1));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['bytes', byteChange, changeBytes],
    ['lines', lineChange, changeLines],
  ] as const)('finds any single change of %s that is no cut at the end', async (_, changes, apply) => {
    using folder = new LogFolder();
    const segments = await writtenLog(folder);
    expect(segments.length).toBeGreaterThan(2);
    await fc.assert(
      fc.asyncProperty(fc.nat(), changes, async (which, change) => {
        const index = which % segments.length;
        const changed = segments.map(([name, bytes], i) =>
          i === index
            ? ([name, (apply as (b: Buffer, c: unknown) => Buffer)(bytes, change)] as const)
            : ([name, bytes] as const),
        );
        fc.pre(!isTailCut(segments, changed));
        write(folder, changed);
        const result = await verifyLog(folder.path);
        expect(result.ok).toBe(false);
        expect(result.firstBad?.line).toBeGreaterThan(0);
        expect(result.firstBad?.file).toMatch(/audit\.log/);
        expect(result.firstBad?.what).not.toBe('');
      }),
      { numRuns: 400 },
    );
  });

  it('names the line that was edited, in an open log too', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    for (let i = 0; i < 5; i++) await audit.append([decision(`c${i}`)]);
    const text = folder.text();
    writeFileSync(folder.path, text.replace('"call":"c2"', '"call":"cX"'));
    expect((await verifyLog(folder.path)).problems).toEqual([
      { file: folder.path, line: 4, seq: 4, what: 'it was changed after it was written' },
    ]);
    const prev = (JSON.parse(text.split('\n')[3]!) as { prev: string }).prev;
    writeFileSync(folder.path, text.replace(prev, 'f'.repeat(64)));
    expect((await verifyLog(folder.path)).firstBad).toMatchObject({ line: 4, seq: 4 });
    await audit.close();
  });

  it('is not deceived by the end of the last line joined to the beginning of the line before', async () => {
    using folder = new LogFolder();
    await (await openAudit(folder.options())).close();
    const [open = '', , close = ''] = folder.text().split('\n');
    const end = close.slice(close.indexOf('"detail":'));
    writeFileSync(folder.path, `${open.slice(0, open.indexOf('"detail":'))}${end}\n`);
    expect((await verifyLog(folder.path)).firstBad).toMatchObject({ line: 1, seq: 1 });
  });

  it('says which lines are missing, and when a segment is', async () => {
    using folder = new LogFolder();
    const segments = await writtenLog(folder);
    write(folder, segments.slice(1));
    const { firstBad } = await verifyLog(folder.path);
    expect(firstBad).toMatchObject({ file: `${folder.path}.000001`, line: 1 });
    expect(firstBad?.what).toMatch(/^missing before it: lines 1 to \d+$/);
  });

  it('says so when there is no log', async () => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    await expect(verifyLog(folder.path)).rejects.toThrow('there is no audit log');
  });
});
