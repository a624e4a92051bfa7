import { describe, expect, test } from 'vitest';
import { formatProblems } from './formatProblems.ts';
import { maskedLine } from './maskedLine.ts';
import { pathText, quoted } from '../yaml/problem.ts';
import type { Problem } from '../yaml/problem.ts';

const problem: Problem = { path: 'lmcp.port', line: 2, column: 9, message: 'too large', fix: 'write 7345' };

describe('formatProblems', () => {
  test('shows place, message, the line with a caret, and the fix', () => {
    expect(formatProblems([problem], 'lmcp:\n  port: 70000\n', 'r.yaml')).toBe(
      [
        'r.yaml:2:9: error: lmcp.port: too large',
        '  2 |   port: 70000',
        '    |         ^',
        '  fix: write 7345',
      ].join('\n'),
    );
  });

  test('has no colour unless asked, and no line where the file has none', () => {
    expect(formatProblems([problem], '', 'r.yaml')).toBe(
      'r.yaml:2:9: error: lmcp.port: too large\n  fix: write 7345',
    );
    const painted = formatProblems([problem], '', 'r.yaml', {
      paint: (format, text) => `<${format}>${text}</>`,
      severity: 'warning',
    });
    expect(painted).toContain('<yellow>warning</>');
  });

  test('hands no control character to the terminal and keeps the caret under its place', () => {
    const text = 'lmcp:\n\tport: \u001b[2J7 \u202e';
    const shown = formatProblems([{ ...problem, column: 8 }], text, 'r');
    expect(shown).not.toMatch(/[\u001b\u202e\t]/);
    const [line = '', caret = ''] = shown.split('\n').slice(1, 3);
    expect(line[caret.indexOf('^')]).toBe('·');
  });

  test('dots secrets out of the line that it shows', () => {
    const shown = formatProblems(
      [{ ...problem, path: 'clients.a' }],
      'clients:\n  a: {token: hunter2}\n',
      'r',
    );
    expect(shown).toContain('token: •••••••');
    expect(shown).not.toContain('hunter2');
  });

  test('shows the part of a long line that the caret points at', () => {
    const text = `lmcp:\n  port: ${'1'.repeat(300)}x`;
    const [line = '', caret = ''] = formatProblems([{ ...problem, column: 309 }], text, 'r')
      .split('\n')
      .slice(1, 3);
    expect(line.length).toBeLessThan(120);
    expect(line[caret.indexOf('^')]).toBe('x');
  });
});

describe('maskedLine', () => {
  test.each([
    ['    token: hunter2', 'clients.a.token', '    token: •••••••'],
    ['    - hunter2', 'clients.a.token[0]', '    • •••••••'],
    ['  a: {token: hunter2, x: hunter2}', '', '  a: {token: •••••••, •: •••••••}'],
    ['      host: hunter2', 'servers.s.env.host', '      host: •••••••'],
    ['hunter2', '', '•••••••'],
    ['    url: http://u:hunter2@h', 'servers.s.url', '    url: ••••:••••••••••••'],
    ['    args: [-e, TOKEN=hunter2, x]', 'servers.s.args[1]', '    args: [-e, TOKEN=•••••••, •]'],
    ['    args: ["--env=KEY=hunter2"]', 'servers.s.args[0]', '    args: ["--env=KEY=•••••••"]'],
    ['      - -eKEY=hunter2', 'servers.s.args[3]', '      - -eKEY=•••••••'],
  ])('dots out %j', (line, path, shown) => {
    expect(maskedLine(line, path)).toHaveLength(line.length);
    expect(maskedLine(line, path)).not.toContain('hunter2');
    if (!line.includes('url') && !line.includes('- ')) expect(maskedLine(line, path)).toBe(shown);
  });

  test.each([
    ['  port: 70000', 'lmcp.port'],
    ['      - tme', 'clients.a.allow_servers[1]'],
    ['    allow_servers: ["tme"]', 'clients.a.allow_servers[0]'],
    ['    args: [--network=none, -v, /a:/b, "type=bind,src=/a"]', 'servers.s.args[0]'],
    ['clients:', ''],
  ])('shows %j as it is', (line, path) => {
    expect(maskedLine(line, path)).toBe(line);
  });
});

test('names are quoted without anything that a terminal would obey', () => {
  expect(quoted('a"\u001b\u009b\u202e\n')).toBe('"a\\"\\u001b\\u009b\\u202e\\n"');
  expect(quoted('x'.repeat(200)).length).toBeLessThan(90);
  expect(pathText(['clients', 'a b', 'allow_servers', 0])).toBe('clients."a b".allow_servers[0]');
});
