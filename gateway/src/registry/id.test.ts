import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idFault, idPattern } from './id.ts';

test('the message and the pattern agree on every text', () => {
  const nearIds = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '_', '-', ' ', '\n', 'ａ', '\0'),
    maxLength: 66,
  });
  fc.assert(
    fc.property(fc.oneof(nearIds, fc.string()), (text) => {
      expect(idFault(text) === null).toBe(idPattern.test(text));
    }),
  );
});

test('ids that the contract allows are allowed', () => {
  for (const id of ['a', 'A1', 'claude-desktop', 'a_b-c', 'x-', '0', 'y'.repeat(64)])
    expect(idFault(id)).toBeNull();
});

test('rejects one character too many', () => {
  expect(idFault('y'.repeat(65))).toContain('at most 64');
});

test('rejects a trailing line break', () => {
  expect(idFault('a\n')).not.toBeNull();
  expect(idPattern.test('a\n')).toBe(false);
});
