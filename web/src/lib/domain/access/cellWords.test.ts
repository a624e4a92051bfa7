import { expect, test } from 'vitest';
import { cellWords } from './cellWords.ts';

test('a cell counts where the tools are known', () => {
  const cell = {
    access: 'some',
    allowed_count: 7,
    pending_count: 0,
    total_count: 12,
    rule: 0,
    tools: [],
  } as const;
  expect(cellWords(cell)).toBe('7 of 12');
  expect(cellWords({ ...cell, allowed_count: null, pending_count: null, total_count: null })).toBe('some');
  expect(cellWords({ ...cell, access: 'none' })).toBe('none');
  expect(cellWords({ ...cell, pending_count: 2 })).toBe('7 of 12, 2 pending');
});
