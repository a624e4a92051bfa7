import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '../run.ts';
import { scriptedTerminal } from '../testing/scriptedTerminal.ts';
import { oneLine, paint, printer } from './printer.ts';

function printed(text: string, escapes = true): string {
  let written = '';
  printer(
    (part) => (written += part),
    () => escapes,
  )(text);
  return written;
}

test.each([
  ['C0', '\u001b[2J\u0007\t', '\\u001b[2J\\u0007\\u0009'],
  ['C1', '\u009b2J\u009d', '\\u009b2J\\u009d'],
  ['bidirectional', 'a\u202eb\u2066c\u061c', 'a\\u202eb\\u2066c\\u061c'],
  ['invisible', '\u200b\u00ad\u3164\ufe0f\ufeff', '\\u200b\\u00ad\\u3164\\ufe0f\\ufeff'],
  ['tag', '\u{e0041}', '\\udb40\\udc41'],
  ['line separator', '\u2028\u2029\u0085', '\\u2028\\u2029\\u0085'],
  ['carriage return', 'denied\rallowed', 'denied\\u000dallowed'],
  ['half', '\ud800', '\\ud800'],
])('%s characters are escaped on a terminal, and pass elsewhere', (_, text, escaped) => {
  expect(printed(text)).toBe(escaped);
  expect(printed(text, false)).toBe(text);
});

test('lines stay lines, letters stay letters', () => {
  const text = 'a\nb\r\nÄ ж 漢 👍\n';
  expect(printed(text)).toBe(text);
});

test('colours of the program show; those of anybody else are escaped', () => {
  expect(printed(paint('red', 'no'))).toBe('\u001b[31mno\u001b[39m');
  expect(printed(paint('red', '\u001b[32mno'))).toBe('\u001b[31m\\u001b[32mno\u001b[39m');
});

test('line breaks in a field stay on its line on a terminal, and pass elsewhere; those of anybody else stay', () => {
  const text = `${oneLine('a\nb\r\nc')}\nd\n`;
  expect(printed(text)).toBe('a\\u000ab\\u000d\\u000ac\nd\n');
  expect(printed(text, false)).toBe('a\nb\r\nc\nd\n');
});

test('whatever is printed, a terminal gets lines of visible characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printed(text).replaceAll(/\r?\n/g, '')).not.toMatch(
        /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u,
      );
    }),
    { numRuns: 300 },
  );
});

test('escapes within JSON mean the same characters', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const json = JSON.stringify([value, text], null, 2);
      expect(JSON.parse(printed(json))).toEqual(JSON.parse(json));
    }),
  );
});

test('--raw ends the escapes, wherever it is given; stderr is escaped without a terminal too', async () => {
  const err = async (...argv: string[]) => {
    const terminal = scriptedTerminal();
    await run(argv, terminal);
    return terminal.written.err;
  };
  const path = '/nowhere/\u202e.yaml';
  expect(await err('--registry', path, 'validate')).toContain('/nowhere/\\u202e.yaml');
  expect(await err('--raw', '--registry', path, 'validate')).toContain(path);
  expect(await err('validate', '--registry', path, '--raw')).toContain(path);
});

test('nothing in the gateway writes around the printer', async () => {
  const root = join(import.meta.dirname, '../..');
  const files = (await readdir(root, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const around: string[] = [];
  for (const file of files) {
    // The bridge has no terminal: its stdout carries MCP messages to the application that started it.
    if (file.startsWith(`bridge${sep}`)) continue;
    const source = await readFile(join(root, file), 'utf8');
    if (/\bprocess\.std(out|err)\b|\bconsole\.|'inherit'|\/dev\/(std|tty)/.test(source)) around.push(file);
  }
  expect(files.length).toBeGreaterThan(100);
  expect(around).toEqual([relative(root, join(import.meta.dirname, 'terminal.ts'))]);
});
