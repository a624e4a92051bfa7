import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editSecrets } from './editSecrets.ts';
import { fillMarks, fillMarksInUrl, markedIn, markOf } from './marks.ts';
import { secretNameFault } from './references.ts';
import { readSecrets, secretIn } from './secretsFile.ts';

const sourceOf = (text: string, name = 'KEY') => secretIn(readSecrets(text), name);

describe('readSecrets', () => {
  test.each([
    ['KEY: value', { kind: 'value', value: 'value' }],
    ['KEY: {file: /run/secrets/key}', { kind: 'file', path: '/run/secrets/key' }],
    ['KEY: {keyring: true}', { kind: 'keyring', service: 'lmcp', account: 'KEY', updated: null }],
    [
      'KEY: {keyring: {service: op, account: me}}',
      { kind: 'keyring', service: 'op', account: 'me', updated: null },
    ],
    ['KEY: {command: [op, read, x]}', { kind: 'command', argv: ['op', 'read', 'x'], timeoutS: 10 }],
    ['KEY: {command: [pass, x], timeout_s: 3}', { kind: 'command', argv: ['pass', 'x'], timeoutS: 3 }],
    ['', { kind: 'missing', why: 'it is not defined' }],
    ['KEY: ""', { kind: 'missing', why: 'it is empty' }],
    ['KEY: 12345', { kind: 'missing', why: 'its value is not text' }],
    ['KEY: {file: a, command: [b]}', { kind: 'missing' }],
    ['KEY: {command: op read x}', { kind: 'missing' }],
    ['- KEY', { kind: 'missing', why: 'secrets.yaml is not a map of names to secrets' }],
    ['A: 1\nKEY: [', { kind: 'missing', why: expect.stringContaining('line 2') as string }],
  ])('reads %j', (text, expected) => expect(sourceOf(text)).toMatchObject(expected));

  test('takes nothing of the prototype for a secret', () =>
    expect(sourceOf('A: b', 'constructor')).toMatchObject({ kind: 'missing' }));

  test('repeats nothing of the file in what it says of it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (secret) => {
        const source = sourceOf(`KEY: {${secret}`);
        if (source.kind === 'missing') expect(source.why + source.fix).not.toContain(secret);
      }),
    );
  });
});

describe('editSecrets', () => {
  let path: string;
  beforeEach(() => void (path = join(mkdtempSync(join(tmpdir(), 'lmcp-secrets-')), 'secrets.yaml')));
  afterEach(() => rmSync(join(path, '..'), { recursive: true }));

  test('keeps comments, order and other secrets, and replaces a description as a whole', async () => {
    writeFileSync(path, '# mine\nA: a # of a\nB: {command: [x], timeout_s: 3}\n');
    await editSecrets(path, { A: 'new', B: { file: '/b' }, C: 'c' });
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^# mine\nA: new # of a\n/);
    expect(parse(text)).toEqual({ A: 'new', B: { file: '/b' }, C: 'c' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await editSecrets(path, { A: null, B: null });
    expect(parse(readFileSync(path, 'utf8'))).toEqual({ C: 'c' });
  });

  test('makes the file, and leaves one alone that is not valid', async () => {
    await editSecrets(path, { A: 'a' });
    expect(parse(readFileSync(path, 'utf8'))).toEqual({ A: 'a' });
    writeFileSync(path, 'A: [');
    await expect(editSecrets(path, { B: 'b' })).rejects.toThrow('not valid YAML');
    expect(readFileSync(path, 'utf8')).toBe('A: [');
  });

  test('writes any value so that it is read back as it was', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('A', 'servers', 'x.y-z'), text, async (name, value) => {
        await editSecrets(path, { [name]: value });
        expect(sourceOf(readFileSync(path, 'utf8'), name)).toEqual({ kind: 'value', value });
      }),
      { numRuns: 50 },
    );
  });
});

test('a mark is filled with its secret, and what the secret holds is not a mark', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/);
  fc.assert(
    fc.property(name, fc.string(), fc.string({ unit: 'grapheme' }), (secret, before, value) => {
      expect(secretNameFault(secret)).toBeNull();
      const marked = before + markOf(secret);
      expect(markedIn(marked)).toEqual([secret]);
      expect(fillMarks(marked, () => value)).toBe(before + value);
      const { href } = new URL(`http://127.0.0.1/a/${markOf(secret)}?b=${markOf(secret)}`);
      expect(markedIn(href)).toEqual([secret, secret]);
      const filled = new URL(fillMarksInUrl(href, () => value.toWellFormed()));
      expect(filled.searchParams.get('b')).toBe(value.toWellFormed());
      expect(filled.pathname.split('/')).toHaveLength(3);
    }),
  );
});
