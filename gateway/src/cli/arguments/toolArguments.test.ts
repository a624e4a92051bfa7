import { describe, expect, it } from 'vitest';
import { scriptedTerminal } from '../testing/scriptedTerminal.ts';
import { parseArguments, readArguments } from './toolArguments.ts';

describe('readArguments', () => {
  it('takes JSON, stdin, or nothing', async () => {
    const terminal = scriptedTerminal({ stdin: '\ufeff{"b":2}\n' });
    expect(await readArguments({}, terminal)).toEqual({});
    expect(await readArguments({ argsJson: '{"a":1}' }, terminal)).toEqual({ a: 1 });
    expect(await readArguments({ argsFile: '-' }, terminal)).toEqual({ b: 2 });
  });

  it('rejects both together, and a file that is not there', async () => {
    const terminal = scriptedTerminal();
    await expect(readArguments({ argsJson: '{}', argsFile: '-' }, terminal)).rejects.toMatchObject({
      exitCode: 2,
    });
    await expect(readArguments({ argsFile: 'missing.json' }, terminal)).rejects.toThrow(
      '/nowhere/missing.json (ENOENT)',
    );
  });
});

describe('parseArguments', () => {
  it('keeps every digit', () => {
    expect(JSON.stringify(parseArguments('{"id":12345678901234567890}', 'x'))).toBe(
      '{"id":12345678901234567890}',
    );
  });

  it.each(['[]', 'null', '"x"', '1', '12345678901234567890'])(
    'rejects %s, which is not an object',
    (text) => {
      expect(() => parseArguments(text, 'stdin')).toThrow('stdin must be a JSON object');
    },
  );

  it('says where the JSON breaks without repeating it', () => {
    const attempt = () => parseArguments('{\n  "token": "s3cret",\n  oops }', 'stdin');
    expect(attempt).toThrow('line 3');
    expect(attempt).not.toThrow('s3cret');
  });
});
