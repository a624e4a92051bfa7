import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openAudit } from '../openAudit.ts';
import { tailLog, type TailLine } from './tailLog.ts';
import { decision, LogFolder } from '../testing/logFolder.ts';

async function collect(lines: AsyncIterable<TailLine>): Promise<TailLine[]> {
  const all: TailLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe('tailLog', () => {
  it('returns the newest lines, oldest first, across segments', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options({ rotateMib: () => 0.002 }));
    for (let i = 0; i < 30; i++) await audit.append([decision(`${i}`)]);
    for (const lines of [0, 1, 7, 25, 1_000]) {
      const tail = await collect(tailLog(folder.path, { lines }));
      expect(tail.map(({ line }) => line)).toEqual(lines === 0 ? [] : folder.lines().slice(-lines));
    }
    await audit.close();
  });

  it('returns bytes that are no audit line as text only', async () => {
    using folder = new LogFolder();
    await (await openAudit(folder.options())).close();
    appendFileSync(folder.path, 'garbage\n');
    const tail = await collect(tailLog(folder.path, { lines: 1 }));
    expect(tail).toEqual([{ text: 'garbage', line: undefined }]);
  });

  it('follows appended lines across segments until it is stopped', async () => {
    using folder = new LogFolder();
    const audit = await openAudit(folder.options({ rotateMib: () => 0.002 }));
    await audit.append([decision('before')]);
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { line } of tailLog(folder.path, { lines: 1, follow: true, signal: stop.signal })) {
        seen.push(line?.seq ?? NaN);
        if (line?.call === 'last') stop.abort();
      }
    })();
    for (let i = 0; i < 30; i++) await audit.append([decision(`${i}`)]);
    await audit.append([decision('last')]);
    await following;
    const [first = 0] = seen;
    expect(seen).toEqual(Array.from({ length: audit.status().seq - first + 1 }, (_, i) => first + i));
    expect(folder.segments().length).toBeGreaterThan(2);
    await audit.close();
  });
});
