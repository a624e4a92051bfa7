import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readVocabulary, vocabulary } from './vocabulary.ts';
import { stemsOf } from './words.ts';

const said = (text: string): string => stemsOf(text).join(' ');

describe('a vocabulary', () => {
  test('names of one thing stand for each other; a name of several words is not found by the others', () => {
    const { meanings, longest } = readVocabulary('# Tickets\nissue = ticket = work item\n');
    expect([...(meanings.get(said('issue')) ?? [])]).toEqual([[said('ticket'), 0.7]]);
    expect([...(meanings.get(said('work items')) ?? [])]).toEqual([
      [said('issue'), 0.7],
      [said('ticket'), 0.7],
    ]);
    expect(longest).toBe(2);
  });

  test('what is said on the left means the words on the right, and not the other way round', () => {
    const { meanings } = readVocabulary('wipe, get rid of > delete, hard drive');
    const meant = [said('delete'), said('hard'), said('drive')];
    expect([...(meanings.get(said('wipes')) ?? new Map<string, number>()).keys()]).toEqual(meant);
    expect(meanings.get(said('getting rid of'))?.get(said('deleted'))).toBe(1);
    expect(meanings.has(said('delete'))).toBe(false);
  });

  test('lines about the same word add to each other; the higher weight counts', () => {
    const { meanings } = readVocabulary('ticket = issue\nticket > issue, bug');
    expect([...(meanings.get(said('ticket')) ?? [])]).toEqual([
      [said('issue'), 0.75],
      [said('bug'), 0.75],
    ]);
  });

  test.each(['alone', 'a > b > c', '> b', 'a >', 'a, > b', 'a = = b', '=', '>'])('rejects %j', (line) => {
    expect(() => readVocabulary(line)).toThrow('not a line of a vocabulary');
  });

  test('of any words, each name of a line finds every other', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 2, maxLength: 6, selector: said }), (words) => {
        const { meanings } = readVocabulary(words.join(' = '));
        for (const one of words)
          expect([...(meanings.get(said(one)) ?? new Map<string, number>()).keys()].sort()).toEqual(
            words
              .map(said)
              .filter((other) => other !== said(one))
              .sort(),
          );
      }),
    );
  });
});

test('the vocabulary of this trade can be read, is read once, and has words for many things', () => {
  const { meanings, longest } = vocabulary();
  expect(vocabulary().meanings).toBe(meanings);
  expect(meanings.size).toBeGreaterThan(1_500);
  expect(longest).toBeLessThanOrEqual(8);
  expect([...(meanings.get(said('get rid of')) ?? new Map<string, number>()).keys()]).toEqual(
    expect.arrayContaining([said('delete'), said('remove')]),
  );
});
