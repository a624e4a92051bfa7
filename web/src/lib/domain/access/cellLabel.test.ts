import { expect, test } from 'vitest';
import { cellLabel } from './cellLabel.ts';

test('a cell counts where the tools are known', () => {
  const cell = {
    access: 'some',
    allowed_count: 7,
    pending_count: 0,
    total_count: 12,
    rule: 0,
    tools: [],
  } as const;
  expect(cellLabel(cell)).toBe('7 of 12');
  expect(cellLabel({ ...cell, allowed_count: null, pending_count: null, total_count: null })).toBe('some');
  expect(cellLabel({ ...cell, access: 'none' })).toBe('none');
  expect(cellLabel({ ...cell, pending_count: 2 })).toBe('7 of 12, 2 pending');
});
