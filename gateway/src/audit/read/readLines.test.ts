import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readLines, readLinesBackwards, type RawLine } from './readLines.ts';

// Many real files and fdatasyncs: a busy machine may need its time.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-lines-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Buffer): string {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
}

async function collect(lines: AsyncIterable<RawLine>): Promise<RawLine[]> {
  const all: RawLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

/** The reference model: splits the whole content. */
function model(content: string): { offset: number; text: string; terminated: boolean }[] {
  const parts = content.split('\n');
  let offset = 0;
  return parts.flatMap((text, i) => {
    const start = offset;
    offset += text.length + 1;
    const terminated = i < parts.length - 1;
    return terminated || text !== '' ? [{ offset: start, text, terminated }] : [];
  });
}

const plain = (line: RawLine): { offset: number; text: string; terminated: boolean } => ({
  offset: line.offset,
  text: line.bytes.toString('latin1'),
  terminated: line.terminated,
});

describe('readLines and readLinesBackwards', () => {
  it('return the same lines as splitting the whole file, in both directions', async () => {
    const piece = fc.oneof(
      fc.constant('\n'),
      fc.constantFrom('a', 'bc', 'x'.repeat(1_000)),
      // About the length of a read, so that lines and newlines fall on both sides of its boundary.
      fc.integer({ min: 262_140, max: 262_148 }).map((length) => 'y'.repeat(length)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const content = pieces.join('');
        const expected = model(content).map((line) =>
          line.text.length > 1024 * 1024 ? { ...line, text: '' } : line,
        );
        const path = fileOf(content);
        expect((await collect(readLines(path))).map(plain)).toEqual(expected);
        expect((await collect(readLinesBackwards(path))).map(plain)).toEqual(expected.toReversed());
      }),
      { numRuns: 60 },
    );
  });

  it('returns the length of a line that is too long to hold, without its bytes', async () => {
    const path = fileOf(`a\n${'z'.repeat(3 * 1024 * 1024)}\nb\n`);
    for (const lines of [
      await collect(readLines(path)),
      (await collect(readLinesBackwards(path))).toReversed(),
    ]) {
      expect(lines.map((line) => line.length)).toEqual([1, 3 * 1024 * 1024, 1]);
      expect(lines[1]?.bytes).toHaveLength(0);
    }
  });

  it('starts and ends at the given offsets', async () => {
    const path = fileOf('one\ntwo\nthree\n');
    expect((await collect(readLines(path, { start: 4, end: 8 }))).map(plain)).toEqual([
      { offset: 4, text: 'two', terminated: true },
    ]);
    expect((await collect(readLinesBackwards(path, 6))).map(plain)).toEqual([
      { offset: 4, text: 'tw', terminated: false },
      { offset: 0, text: 'one', terminated: true },
    ]);
  });
});
