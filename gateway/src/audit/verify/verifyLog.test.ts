import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { GENESIS, hashLine } from '../format/chain.ts';
import { formatLine, sealLine } from '../format/line.ts';
import { openAudit } from '../openAudit.ts';
import { segmentFile } from '../format/segmentNames.ts';
import { decision, LogFolder, outcome } from '../testing/logFolder.ts';
import type { AuditEvent } from '../events.ts';
import type { AuditEntry } from '../types.ts';
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

/** Truncation is the only change that a log can't reveal without a copy elsewhere. */
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
  const audit = await openAudit(folder.options({ rotateMib: () => 0.002 }));
  for (let i = 0; i < 8; i++) await audit.append([decision(`c${i}`), outcome(`c${i}`)]);
  await audit.close();
  return read(folder);
}

describe('verifyLog', () => {
  it('accepts any log that the writer wrote', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 12 }), async (appends) => {
        using folder = new LogFolder();
        const audit = await openAudit(folder.options({ rotateMib: () => 0.002 }));
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
  ] as const)('finds any single change of %s that is not a cut at the end', async (_, changes, apply) => {
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

  it('reports how many repeats are in counted lines', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options());
    const denied = { event: 'tool_authz', client_id: 'red', allowed: false, reason: 'tool_denied' } as const;
    await audit.append([denied, { ...denied, detail: { count: 7 } }, { ...denied, detail: { count: 5 } }]);
    await audit.close();
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, repeats: 12 });
  });

  it('names the edited line, also in an open log', async () => {
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

  it('detects the end of the last line joined to the beginning of the line before', async () => {
    using folder = new LogFolder();
    await (await openAudit(folder.options())).close();
    const [open = '', , close = ''] = folder.text().split('\n');
    const end = close.slice(close.indexOf('"detail":'));
    writeFileSync(folder.path, `${open.slice(0, open.indexOf('"detail":'))}${end}\n`);
    expect((await verifyLog(folder.path)).firstBad).toMatchObject({ line: 1, seq: 1 });
  });

  it('names missing lines and a missing segment', async () => {
    using folder = new LogFolder();
    const segments = await writtenLog(folder);
    write(folder, segments.slice(1));
    const { firstBad } = await verifyLog(folder.path);
    expect(firstBad).toMatchObject({ file: `${folder.path}.000001`, line: 1 });
    expect(firstBad?.what).toMatch(/^missing before it: lines 1 to \d+$/);
  });

  it('reports that there is no log', async () => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    await expect(verifyLog(folder.path)).rejects.toThrow('there is no audit log');
  });
});

/** Lines with valid links, whatever else is wrong with them; a line passed as text is left unchanged. */
function linked(
  parts: readonly ([seq: number, entry: AuditEntry, change?: (line: string) => string] | string)[],
): string[] {
  let prev = GENESIS.hash;
  return parts.map((part) => {
    if (typeof part === 'string') return part;
    const [seq, entry, change = (line: string) => line] = part;
    const line = change(formatLine(entry, seq, prev, '2026-01-01T00:00:00.000Z'));
    prev = hashLine(line);
    return line;
  });
}

const garbage = 'no line of a log';
const torn = (sha256 = hashLine(garbage), bytes = garbage.length): AuditEntry => ({
  event: 'audit_recovered',
  detail: { torn: { bytes, sha256 } },
});
const plain = decision('a');
const noLine = 'it is not an audit line';
const changed = 'it was changed after it was written';

/** Each of them passes every other rule. */
const forgeries: [string, string[], string][] = [
  [
    'a number left out',
    linked([
      [1, plain],
      [2, plain],
      [4, plain],
      [5, plain],
    ]),
    'missing before it: line 3',
  ],
  [
    'a number twice',
    linked([
      [1, plain],
      [2, plain],
      [2, plain],
      [3, plain],
    ]),
    'out of order or a repetition',
  ],
  ['a beginning that hangs on other lines', [formatLine(plain, 1, 'f'.repeat(64), 'now')], changed],
  [
    'a key too many',
    linked([
      [1, plain, (line) => `${line.slice(0, -1)},"more":1}`],
      [2, plain],
    ]),
    noLine,
  ],
  [
    'an event that does not exist',
    linked([
      [1, plain, (line) => line.replace('tool_authz', 'tool_auth')],
      [2, plain],
    ]),
    noLine,
  ],
  [
    'a link that is none',
    linked([
      [1, plain, (line) => line.replace('"prev":"0', '"prev":"g')],
      [2, plain],
    ]),
    noLine,
  ],
  [
    'a decision that is neither yes nor no',
    linked([
      [1, plain, (line) => line.replace('true', '"true"')],
      [2, plain],
    ]),
    noLine,
  ],
  [
    'a name that is a number',
    linked([
      [1, plain, (line) => line.replace('"vscode"', '7')],
      [2, plain],
    ]),
    noLine,
  ],
  [
    'a list for a detail',
    linked([
      [1, plain, (line) => line.replace('"detail":null', '"detail":[]')],
      [2, plain],
    ]),
    noLine,
  ],
  [
    'spaces around a line',
    linked([
      [1, plain, (line) => ` ${line}`],
      [2, plain],
    ]),
    noLine,
  ],
  ['other bytes between two lines', linked([[1, plain], garbage, [2, plain]]), noLine],
  ['other bytes at the end', linked([[1, plain], garbage]), noLine],
  [
    'other bytes with an explanation of different ones',
    linked([[1, plain], garbage, [2, torn(hashLine('other'))]]),
    noLine,
  ],
  [
    'other bytes that an explanation claims in part',
    linked([[1, plain], garbage, [2, torn(hashLine(garbage), 3)]]),
    noLine,
  ],
  ['an explanation in the place of a line', linked([[1, plain], garbage, [3, torn()]]), noLine],
  [
    'an explanation without its bytes',
    linked([
      [1, plain],
      [2, torn()],
    ]),
    'which it explains, are gone',
  ],
  [
    'an end that was changed',
    linked([
      [1, plain],
      [2, { event: 'audit_close', detail: { a: 1 } }, (line) => sealLine(line).replace('"a":1', '"a":2')],
    ]),
    changed,
  ],
  [
    'an end without its seal',
    linked([
      [1, plain],
      [2, { event: 'audit_close', detail: { a: 1 } }],
    ]),
    changed,
  ],
];

describe('what only one rule finds', () => {
  it.each(forgeries)('%s', async (_, lines, message) => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    writeFileSync(folder.path, lines.map((line) => `${line}\n`).join(''));
    const { problems } = await verifyLog(folder.path);
    expect(problems.map(({ what }) => what).join('; ')).toContain(message);
  });

  it('bytes behind the last newline that are not the beginning of the next line', async () => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    const [first = '', second = ''] = linked([
      [1, plain],
      [2, plain],
    ]);
    writeFileSync(folder.path, `${first}\n${second.slice(0, 120)}`);
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, notes: [{ line: 2 }] });
    for (const end of [
      garbage,
      second.slice(0, 120).replace('"seq":2', '"seq":3'),
      `${second.slice(0, 120)}\0`,
    ]) {
      writeFileSync(folder.path, `${first}\n${end}`);
      expect((await verifyLog(folder.path)).firstBad).toMatchObject({ line: 2 });
    }
  });

  it('a segment that others follow and that lacks its last newline', async () => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    const [first = '', second = ''] = linked([
      [1, plain],
      [2, plain],
    ]);
    writeFileSync(folder.path, first);
    writeFileSync(`${folder.path}.000001`, `${second}\n`);
    expect((await verifyLog(folder.path)).firstBad).toMatchObject({ file: folder.path, line: 1 });
  });

  it('segments of which there are more than ten, in the order of their numbers', async () => {
    using folder = new LogFolder();
    mkdirSync(join(folder.root, 'logs'));
    const lines = linked(Array.from({ length: 12 }, (_, i) => [i + 1, plain] as [number, AuditEntry]));
    for (const [i, line] of lines.entries()) writeFileSync(segmentFile(folder.path, i).path, `${line}\n`);
    expect(await verifyLog(folder.path)).toMatchObject({ ok: true, lines: 12 });
  });
});
