import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyPatch } from '../edit/patch.ts';
import { editableYaml, restoreSecrets } from './editableYaml.ts';

const original = `# the registry
lmcp:
  management_token: "S3cret-0" # was S3cret-0 until May
clients:
  codex:
    token: [ "S3cret-1", 'S3cret-2' ]
    allow_servers: [time]
servers:
  time:
    transport: stdio
    command: docker
    args: [run, -e, TOKEN=S3cret-3, -e, OTHER=S3cret-4, image]
    env:
      KEY: |
        S3cret-5
        more S3cret-6
      # api_key: S3cret-7
      OTHER: S3cret-8
    cwd: /srv
`;
const shown = editableYaml(original).text;
const edit = (from: string, to: string, text = shown): string => {
  expect(text).toContain(from);
  return text.replace(from, to);
};
const restored = (edited: string, from = original): string => {
  const result = restoreSecrets(edited, from);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.text;
};
const problemsOf = (edited: string) => {
  const result = restoreSecrets(edited, original);
  return result.ok ? [] : result.problems.map(({ path, line, message }) => [path, line, message]);
};

describe('editableYaml', () => {
  test('shows no secret, and numbers those of lists', () => {
    expect(shown).not.toContain('S3cret');
    expect(shown).toContain('token: [ <redacted 1>, <redacted 2> ]');
    expect(shown).toContain('args: [run, -e, <redacted 3>, -e, <redacted 5>, image]');
    expect(shown).toContain('      KEY: <redacted>\n      # api_key: <redacted>\n');
  });
});

describe('restoreSecrets', () => {
  test('gives back the file byte for byte where nothing was edited', () => {
    expect(restored(shown)).toBe(original);
  });

  test('keeps every secret in its source where something else was edited', () => {
    expect(restored(edit('cwd: /srv', 'cwd: /opt # moved'))).toBe(
      edit('cwd: /srv', 'cwd: /opt # moved', original),
    );
  });

  test('takes a new value in place of a placeholder, and leaves the others', () => {
    expect(restored(edit('OTHER: <redacted>', 'OTHER: new'))).toBe(
      edit('OTHER: S3cret-8', 'OTHER: new', original),
    );
  });

  test('an item that is removed from a list takes its own secret with it', () => {
    expect(restored(edit('<redacted 1>, ', ''))).toBe(edit('"S3cret-1", ', '', original));
    expect(restored(edit('-e, <redacted 3>, ', ''))).toBe(edit('-e, TOKEN=S3cret-3, ', '', original));
    expect(restored(edit('[run,', '[run, --rm, -i,'))).toBe(edit('[run,', '[run, --rm, -i,', original));
  });

  test('quotes a secret whose source would mean something else in the new layout', () => {
    const text = edit(
      '    env:\n      KEY: <redacted>\n      # api_key: <redacted>\n      OTHER: <redacted>\n',
      '    env: {KEY: <redacted>, OTHER: <redacted>}\n',
    );
    const { env } = (parse(restored(text)) as { servers: { time: { env: unknown } } }).servers.time;
    expect(env).toEqual({ KEY: 'S3cret-5\nmore S3cret-6\n', OTHER: 'S3cret-8' });
  });

  test('tells lines of the edited text, where a secret takes several', () => {
    const result = restoreSecrets(shown, original);
    if (!result.ok) throw new Error('not restored');
    const lineIn = (text: string, part: string): number =>
      text.slice(0, text.indexOf(part)).split('\n').length;
    expect(result.lineOf(lineIn(original, 'cwd'))).toBe(lineIn(shown, 'cwd'));
    expect(result.lineOf(lineIn(original, 'more S3cret-6'))).toBe(lineIn(shown, 'KEY'));
    expect(result.lineOf(lineIn(original, 'codex'))).toBe(lineIn(shown, 'codex'));
  });

  const noValue = 'the placeholder stands for no hidden value here';
  test.each([
    ['a renamed client', 'codex:', 'codex2:', ['clients.codex2.token[0]', 6]],
    ['a plain key', 'cwd: /srv', 'cwd: <redacted>', ['servers.time.cwd', 17]],
    ['an unnumbered item', '<redacted 2>', '<redacted>', ['clients.codex.token[1]', 6]],
    ['a number without a secret', '<redacted 5>', '<redacted 4>', ['servers.time.args[4]', 12]],
    ['a new name', 'OTHER: <redacted>', 'NEW: <redacted>', ['servers.time.env.NEW', 16]],
  ] as const)('rejects a placeholder at %s', (_what, from, to, [path, line]) => {
    expect(problemsOf(edit(from, to))).toContainEqual([path, line, noValue]);
  });

  test.each([
    [
      'into a policy',
      'cwd: /srv',
      'tool_policy: {allow_tools: [*x]}',
      ['servers.time.tool_policy.allow_tools[0]', 17],
    ],
    ['into a plain key', 'cwd: /srv', 'cwd: *x', ['servers.time.cwd', 17]],
    ['with what is around it', 'cwd: /srv', 'headers: *y', ['servers.time.headers', 17]],
  ] as const)('rejects an alias that takes a secret %s', (_what, from, to, [path, line]) => {
    const anchored = edit('OTHER: <redacted>', 'OTHER: &x <redacted>');
    const around = edit('env:\n      KEY: <redacted>', 'env: &y\n      KEY: <redacted>', anchored);
    expect(problemsOf(edit(from, to, around))).toEqual([[path, line, noValue]]);
  });

  test('rejects a placeholder in a comment that was edited', () => {
    expect(problemsOf(edit('was <redacted> until May', 'was <redacted> until June'))).toEqual([
      ['', 3, 'the comment holds a placeholder in place of a hidden value'],
    ]);
    expect(problemsOf(`${shown}# api_key: <redacted>\n`)).toHaveLength(1);
  });

  test('gives back every registry byte for byte', () => {
    const value = fc.stringMatching(/^[ -~\n]{1,24}$/).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(value, value, value, (token, variable, header) => {
        const patched = applyPatch(original, {
          clients: { codex: { token }, late: { token: [token, variable], allow_servers: [] } },
          servers: { time: { env: { KEY: variable, NEW: header } }, web: { headers: { A: header } } },
        });
        if (!patched.ok) throw new Error('not a patch');
        expect(restored(editableYaml(patched.text).text, patched.text)).toBe(patched.text);
      }),
      { numRuns: 30 },
    );
  });

  test('an alias follows the secret that it leads to', () => {
    const text = 'servers:\n  a: {env: &e {K: S3cret}}\n  b: {cwd: &c S3cretX, env: {K: *c}, headers: *e}\n';
    const edited = editableYaml(text).text;
    expect(edited).toBe(
      'servers:\n  a: {env: &e {K: <redacted>}}\n  b: {cwd: &c <redacted>, env: {K: *c}, headers: *e}\n',
    );
    expect(restored(edited, text)).toBe(text);
  });
});
