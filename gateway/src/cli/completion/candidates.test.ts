import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildProgram } from '../program.ts';
import { scriptedTerminal } from '../testing/scriptedTerminal.ts';
import { candidates } from './candidates.ts';

const program = buildProgram(scriptedTerminal({}), () => undefined);
const values = { server: ['memory', 'plain'], client: ['codex', 'cursor'], app: ['cursor', 'zed'] };
const words = (...typed: string[]): string[] => candidates(program, typed, values).map(({ word }) => word);

test.each([
  [['con'], ['config', 'connect', 'containers']],
  [['client', 'ro'], ['rotate']],
  [
    ['connect', ''],
    ['cursor', 'zed'],
  ],
  [['disconnect', 'z'], ['zed']],
  [['connect', 'cursor', '--cl'], ['--client']],
  [
    ['connect', 'cursor', '--client', ''],
    ['codex', 'cursor'],
  ],
  [['connect', 'cursor', ''], []],
  [
    ['grant', 'c'],
    ['codex', 'cursor'],
  ],
  [
    ['grant', 'codex', ''],
    ['memory', 'plain'],
  ],
  [
    ['client', 'rotate', ''],
    ['codex', 'cursor'],
  ],
  [['client', 'add', ''], []],
  [
    ['test', 'plain', '--transport', ''],
    ['stdio', 'http'],
  ],
  [['completion', 'p'], ['powershell']],
  [['server', 'add', 'new', '--', ''], []],
  [['nonesuch', 'c'], []],
])('after lmcp, %j becomes %j', (typed, expected) => {
  expect(words(...typed)).toEqual(expected);
});

test('every command is offered but the one that the shells ask', () => {
  const offered = words('');
  expect(offered.length).toBeGreaterThan(20);
  expect(offered).toContain('serve');
  expect(offered).not.toContain('complete');
});

test('whatever is typed, what is offered begins with its last word and is one line', () => {
  const some = fc.array(fc.oneof(fc.string(), fc.constantFrom('client', 'connect', '--client', '--', '-')));
  fc.assert(
    fc.property(some, (typed) => {
      for (const { word, about } of candidates(program, typed, values)) {
        expect(word.startsWith(typed.at(-1) ?? '')).toBe(true);
        expect(`${word}${about}`).not.toMatch(/[\t\n]/);
      }
    }),
  );
});
