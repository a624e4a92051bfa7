import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GENESIS, hashLine } from './format/chain.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint/checkpoint.ts';
import { findCheckpointVerifierKey } from './checkpoint/checkpointKey.ts';
import { newestCheckpoint } from './read/newestCheckpoint.ts';
import { openAudit } from './openAudit.ts';
import { readVerifierKey, type NoteVerifier } from './checkpoint/signedNote.ts';
import { decision, LogFolder, outcome } from './testing/logFolder.ts';
import { verifyLog } from './verify/verifyLog.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

/** Of each class; all together some thousands. */
const RUNS = 100;

type Files = Map<string, Buffer>;
type Pick = (below: number) => number;
/** Changes the log in place. */
type Mutation = (files: Files, pick: Pick) => void;

const folder = new LogFolder();
let original: Files;
let known: { verifiers: NoteVerifier[]; kept: Checkpoint[] };

beforeAll(async () => {
  for (let run = 0; run < 3; run++) {
    const audit = await openAudit(folder.options({ rotateMib: () => 0.004 }));
    for (let i = 0; i < 12; i++) await audit.append([decision(`${run}-${i}`), outcome(`${run}-${i}`)]);
    await audit.close();
  }
  original = new Map(
    folder
      .segments()
      .sort()
      .map((name) => [name, readFileSync(join(folder.root, 'logs', name))]),
  );
  const key = readVerifierKey((await findCheckpointVerifierKey(join(folder.root, 'config'))) ?? '');
  const checkpoint = readCheckpoint((await newestCheckpoint(folder.path)) ?? '');
  if (key === undefined || checkpoint === undefined)
    throw new Error('there is no checkpoint to compare with');
  known = { verifiers: [key], kept: [checkpoint] };
});
afterAll(() => folder[Symbol.dispose]());

function write(files: Files): void {
  for (const name of folder.segments()) if (!files.has(name)) rmSync(join(folder.root, 'logs', name));
  for (const [name, bytes] of files) writeFileSync(join(folder.root, 'logs', name), bytes);
}

/** A file of the log, chosen at random; `replace` puts something in its place. */
function someFile(
  files: Files,
  pick: Pick,
): { name: string; bytes: Buffer; replace: (bytes: Buffer) => void } {
  const name = [...files.keys()][pick(files.size)] ?? '';
  return { name, bytes: files.get(name) ?? Buffer.alloc(0), replace: (bytes) => void files.set(name, bytes) };
}

/** Changes the bytes of a file at a random place. */
function atSomeByte(change: (before: Buffer, rest: Buffer, pick: Pick) => Buffer[]): Mutation {
  return (files, pick) => {
    const { bytes, replace } = someFile(files, pick);
    const at = pick(bytes.length);
    replace(Buffer.concat(change(bytes.subarray(0, at), bytes.subarray(at), pick)));
  };
}

/** Changes the lines of a file. */
function onLines(change: (lines: string[], pick: Pick) => void): Mutation {
  return (files, pick) => {
    const { bytes, replace } = someFile(files, pick);
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    change(lines, pick);
    replace(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  };
}

/** Changes one line through its parsed form, as a program would that knows the format. */
function onSomeLine(change: (line: Record<string, unknown>, pick: Pick) => void): Mutation {
  return onLines((lines, pick) => {
    const at = pick(lines.length);
    const line = JSON.parse(lines[at] ?? '{}') as Record<string, unknown>;
    change(line, pick);
    lines[at] = JSON.stringify(line);
  });
}

/** The whole log as one list of lines, changed, its chain recomputed, and put back into one file. */
function rechained(change: (lines: string[], pick: Pick) => void): Mutation {
  return (files, pick) => {
    const lines = Buffer.concat([...files.values()])
      .toString('utf8')
      .trimEnd()
      .split('\n');
    change(lines, pick);
    let prev = GENESIS.hash;
    const relinked = lines.map((line, i) => {
      const next = line.replace(/^\{"seq":\d+,"prev":"[0-9a-f]+"/, `{"seq":${i + 1},"prev":"${prev}"`);
      prev = hashLine(next);
      return `${next}\n`;
    });
    files.clear();
    files.set('audit.log', Buffer.from(relinked.join('')));
  };
}

const bytesOf = (pick: Pick): Buffer => Buffer.from(Array.from({ length: 1 + pick(30) }, () => pick(256)));
const fields = ['client_id', 'server_id', 'tool_name', 'reason', 'call', 'request_id'];

const mutations: Record<string, Mutation> = {
  'a flipped bit': atSomeByte((before, rest, pick) => [
    before,
    Buffer.from([(rest[0] ?? 0) ^ (1 << pick(8))]),
    rest.subarray(1),
  ]),
  'bytes overwritten': atSomeByte((before, rest, pick) => {
    const put = bytesOf(pick).subarray(0, rest.length);
    return [before, put, rest.subarray(put.length)];
  }),
  'bytes inserted': atSomeByte((before, rest, pick) => [before, bytesOf(pick), rest]),
  'bytes removed': atSomeByte((before, rest, pick) => [before, rest.subarray(1 + pick(400))]),
  'bytes repeated': atSomeByte((before, rest, pick) => [before, rest.subarray(0, 1 + pick(600)), rest]),
  'bytes zeroed': atSomeByte((before, rest, pick) => {
    const zeros = Buffer.alloc(Math.min(rest.length, 1 + pick(4_096)));
    return [before, zeros, rest.subarray(zeros.length)];
  }),
  'a file cut': atSomeByte((before) => [before]),
  'a line removed': onLines((lines, pick) => void lines.splice(pick(lines.length), 1)),
  'a line repeated': onLines((lines, pick) => {
    const line = lines[pick(lines.length)] ?? '';
    lines.splice(pick(lines.length + 1), 0, line);
  }),
  'two lines swapped': onLines((lines, pick) => {
    const [a, b] = [pick(lines.length), pick(lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
  }),
  'a line moved': onLines((lines, pick) => {
    const [line = ''] = lines.splice(pick(lines.length), 1);
    lines.splice(pick(lines.length + 1), 0, line);
  }),
  'a decision turned round': onSomeLine(
    (line) => (line['allowed'] = line['allowed'] === true ? false : true),
  ),
  'a name changed': onSomeLine((line, pick) => (line[fields[pick(fields.length)] ?? ''] = `n${pick(1e9)}`)),
  'a time changed': onSomeLine((line, pick) => (line['ts'] = new Date(pick(2e9) * 1000 + 1).toISOString())),
  'a detail changed': onSomeLine((line, pick) => (line['detail'] = { bytes: pick(1e9) })),
  'a number and a link changed': onSomeLine((line, pick) => {
    line['seq'] = 1 + pick(200);
    line['prev'] = hashLine(String(pick(1e9)));
  }),
  'a line forged between two': onLines((lines, pick) => {
    const at = pick(lines.length);
    const line = JSON.parse(lines[at] ?? '{}') as Record<string, unknown>;
    lines.splice(
      at + 1,
      0,
      JSON.stringify({ ...line, seq: Number(line['seq']) + 1, prev: hashLine(lines[at] ?? '') }),
    );
  }),
  'bytes declared torn by a forged line': onLines((lines, pick) => {
    const at = pick(lines.length - 1);
    const cut = lines[at + 1] ?? '';
    const before = JSON.parse(lines[at] ?? '{}') as Record<string, unknown>;
    const torn = { bytes: Buffer.byteLength(cut), sha256: hashLine(cut) };
    const forged = { ...before, seq: Number(before['seq']) + 1, prev: hashLine(lines[at] ?? '') };
    lines.splice(at + 2, 0, JSON.stringify({ ...forged, event: 'audit_recovered', detail: { torn } }));
  }),
  'lines joined': (files, pick) => {
    const { bytes, replace } = someFile(files, pick);
    const text = bytes.toString('utf8');
    const newlines = [...text.matchAll(/\n/g)].map(({ index }) => index);
    const at = newlines[pick(newlines.length)] ?? 0;
    replace(Buffer.from(text.slice(0, at) + ([' ', '', '\r', '\0'][pick(4)] ?? '') + text.slice(at + 1)));
  },
  'line ends of another system': (files, pick) => {
    const { bytes, replace } = someFile(files, pick);
    replace(Buffer.from(bytes.toString('utf8').replaceAll('\n', '\r\n')));
  },
  'a segment removed': (files, pick) => void files.delete(someFile(files, pick).name),
  'two segments swapped': (files, pick) => {
    const [a, b] = [someFile(files, pick), someFile(files, pick)];
    a.replace(b.bytes);
    b.replace(a.bytes);
  },
  'a segment emptied': (files, pick) => someFile(files, pick).replace(Buffer.alloc(0)),
  'a segment added': (files, pick) => {
    files.set(`audit.log.${String(100 + pick(100)).padStart(6, '0')}`, someFile(files, pick).bytes);
  },
  'the end cut off': (files, pick) => {
    const last = [...files.keys()].at(-1) ?? '';
    const lines = files.get(last)?.toString('utf8').trimEnd().split('\n') ?? [];
    const left = lines.slice(0, pick(lines.length - 1));
    files.set(last, Buffer.from(left.map((line) => `${line}\n`).join('')));
  },
  'a line removed and the chain recomputed': rechained(
    (lines, pick) => void lines.splice(pick(lines.length), 1),
  ),
  'a name changed and the chain recomputed': rechained((lines, pick) => {
    const at = pick(lines.length);
    lines[at] = (lines[at] ?? '').replace(/"client_id":("vscode"|null)/, `"client_id":"n${pick(1e9)}"`);
  }),
  'a line added and the chain recomputed': rechained((lines, pick) => {
    const at = pick(lines.length);
    lines.splice(at, 0, lines[at] ?? '');
  }),
};

const whole = (files: Files): Buffer => Buffer.concat([...files.values()]);

function isOriginal(files: Files): boolean {
  return (
    [...files].every(([name, bytes]) => original.get(name)?.equals(bytes) === true) &&
    whole(files).equals(whole(original))
  );
}

/** The last two lines, checkpoint and close, come after what the checkpoint covers: cutting them off can't be detected. */
function isOnlyTheUnsignedEndGone(files: Files): boolean {
  const [old, cut] = [whole(original), whole(files)];
  return cut.length >= unsignedEnd(old) - 1 && old.subarray(0, cut.length).equals(cut);
}

/** Damage there that takes the last newline along looks like a line that a crash has torn: it is told as a note. */
function isUnsignedEndTorn(files: Files): boolean {
  const [old, torn] = [whole(original), whole(files)];
  const end = unsignedEnd(old);
  return torn.subarray(0, end).equals(old.subarray(0, end)) && torn.at(-1) !== 0x0a;
}

function unsignedEnd(log: Buffer): number {
  return log.lastIndexOf('\n', log.lastIndexOf('\n', log.length - 2) - 1) + 1;
}

describe(`with the key and a checkpoint kept elsewhere, verification finds each of ${RUNS}`, () => {
  it.each(Object.keys(mutations))('logs with %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 2 ** 31 - 1 })), async (numbers) => {
        const pick: Pick = (below) => Number(numbers.next().value) % Math.max(1, below);
        const files: Files = new Map(original);
        mutations[name]?.(files, pick);
        fc.pre(!isOriginal(files) && !isOnlyTheUnsignedEndGone(files));
        write(files);
        const result = await verifyLog(folder.path, known).catch(() => undefined);
        if (isUnsignedEndTorn(files) && result?.ok === true) expect(result.notes).not.toEqual([]);
        // Without any segment there is nothing to verify, and that is an error of its own.
        else expect(result?.ok ?? false).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  it('and nothing in the log as it was written', async () => {
    write(original);
    expect(await verifyLog(folder.path, known)).toMatchObject({ ok: true, problems: [], notes: [] });
  });
});
