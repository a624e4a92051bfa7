import { expect, test } from 'vitest';
import { completionsOf } from './completions.ts';

const known = { client: ['vscode', 'codex'], server: ['two words'], tool: [] };
const texts = (draft: string): string[] => completionsOf(draft, known).map(({ text }) => text);

test('offers filters that begin with what is typed', () => {
  expect(texts('')).toContain('client:');
  expect(texts('re')).toEqual(['reason:']);
  expect(texts('client:codex -ou')).toEqual(['-outcome:']);
});

test('offers the values of a filter, quoted where they need it', () => {
  expect(texts('client:cod')).toEqual(['client:codex', 'client:vscode']);
  expect(texts('-client:')).toEqual(['-client:vscode', '-client:codex']);
  expect(texts('server:')).toEqual(['server:"two words"']);
  expect(texts('outcome:fail')).toEqual(['outcome:failed']);
  expect(texts('nonesuch:')).toEqual([]);
});
