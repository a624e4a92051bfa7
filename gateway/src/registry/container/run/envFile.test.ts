import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envFile } from './envFile.ts';

const env = new Map([
  ['SET', 'from env'],
  ['EMPTY', ''],
]);
const read = (text: string): unknown => {
  const file = envFile(text, env);
  return 'value' in file ? Object.fromEntries(file.value) : file.message;
};

describe('envFile', () => {
  it.each<[string, string, unknown]>([
    ['takes the rest of the line as it is', `A= "b" # c \nB='\\n'=x`, { A: ' "b" # c ', B: `'\\n'=x` }],
    ['skips comments and empty lines', '# A=1\n\n \t\n  #B=2\nC=#3\n', { C: '#3' }],
    ['takes a name alone from the environment', 'SET\nEMPTY\nUNSET\n', { SET: 'from env', EMPTY: '' }],
    ['keeps an empty value', 'A=\n', { A: '' }],
    ['ends lines with CRLF', 'A=b\r\n\r\nSET\r\n#x\r\n', { A: 'b', SET: 'from env' }],
    ['ends the last line with a carriage return', 'A=b\r', { A: 'b' }],
    ['keeps a carriage return inside of a line', 'A=b\rc\r\r\n', { A: 'b\rc\r' }],
    ['skips a byte order mark', '\uFEFFA=b\n', { A: 'b' }],
    ['skips it before a comment', '\uFEFF# A=b\n', {}],
    ['takes the last of two values', 'A=1\nA=2\n', { A: '2' }],
    ['skips white space before a name', ' \u0085\u3000A=b', { A: 'b' }],
    ['needs a name', 'A=1\n=2\n', 'has no variable in line 2'],
    ['rejects a space in a name', 'A =1', 'has no variable in line 1'],
    ['rejects a tab in a name alone', 'A\t', 'has no variable in line 1'],
    ['rejects what a shell would read', '\n\nexport A=1', 'has no variable in line 3'],
    ['rejects a NUL, which no process can be given', 'A=\0', 'has no variable in line 1'],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('reads what was written, however it is laid out', () => {
    const name = fc.stringMatching(/^[A-Za-z_.-][\w.-]{0,8}$/);
    const value = fc.string({ unit: 'binary' }).filter((text) => !/[\n\0]|\r$/.test(text));
    const blank = fc.constantFrom('', ' ', '\t ', '\u00a0');
    const between = fc.array(fc.constantFrom('', '  ', '# A=1', '\t#', 'UNSET_BY_ANYONE'), { maxLength: 2 });
    const end = fc.constantFrom('\n', '\r\n');
    const line = fc.record({ name, value, blank, between, end });
    fc.assert(
      fc.property(
        fc.array(line),
        fc.boolean(),
        fc.constantFrom('', '\r', '\n', '\r\n'),
        (all, hasMark, last) => {
          const lines = all.map(({ name: key, value: text, blank: before, between: others, end: newline }) =>
            [...others, `${before}${key}=${text}`].map((one) => one + newline).join(''),
          );
          const text = (hasMark ? '\uFEFF' : '') + lines.join('').replace(/\r?\n$/, '') + last;
          expect(read(text)).toEqual(Object.fromEntries(all.map((one) => [one.name, one.value])));
        },
      ),
    );
  });
});
