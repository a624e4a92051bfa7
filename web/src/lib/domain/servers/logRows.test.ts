import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServerLogLine } from 'lmcp-gateway/src/api/server/serverLogs.ts';
import { logFile, matchingLines, shownText, wrapLines } from './logRows.ts';

function line(text: string, more: Partial<ServerLogLine> = {}): ServerLogLine {
  return { number: 1, at: 0, stream: 'stderr', instance: 1, client_id: 'vscode', text, cut: false, ...more };
}

test('wraps without losing or adding a character', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 1, max: 90 }),
      (text, columns) => {
        const rows = wrapLines([line(text)], columns);
        expect(rows.map((row) => row.text).join('')).toBe(shownText(text));
        expect(rows.map(({ first }) => first)).toEqual(rows.map((_, at) => at === 0));
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      },
    ),
  );
});

test('counts what is wide or shown as a code', () => {
  expect(wrapLines([line('x'.repeat(20))], 20)).toHaveLength(1);
  expect(wrapLines([line('字'.repeat(20))], 20)).toHaveLength(2);
  expect(wrapLines([line('\u202E'.repeat(4))], 20)).toHaveLength(2);
});

test('leaves out colours, and no other control character', () => {
  expect(shownText('\u001B[1;32mok\u001B[0m \u001B[2J\tend')).toBe('ok \u001B[2J    end');
});

test('finds lines by their text in whatever case, and by their stream', () => {
  const lines = [line('One ERROR'), line('noise', { number: 2, stream: 'stdout' })];
  expect(matchingLines(lines, 'all', ' error ')).toEqual([lines[0]]);
  expect(matchingLines(lines, 'stdout', '')).toEqual([lines[1]]);
  expect(matchingLines(lines, 'gateway', 'one')).toEqual([]);
  expect(matchingLines(lines, 'all', '')).toBe(lines);
});

test('writes each line of the file with its time, stream, instance and client', () => {
  const text = logFile([line('one'), line('two', { client_id: null, cut: true, stream: 'stdout' })]);
  expect(text).toMatch(/^\S+ \S+ stderr #1 vscode: one\n\S+ \S+ stdout #1: two…\n$/);
});
