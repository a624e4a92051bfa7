import { expect, test } from 'vitest';
import { changeNotice } from './changeNotice.ts';

const diff = (summary: string[]) => ({ summary });

test('names what is different, and what waits for a restart', () => {
  const said = changeNotice({
    diff: diff(['lmcp.port: 1 → 2', 'client a is removed']),
    restartRequired: ['port'],
  });
  expect(said).toBe(
    'the edited registry is active\n  lmcp.port: 1 → 2\n  client a is removed\n' +
      '  until LMCP is restarted the old value counts for lmcp.port',
  );
});

test('a comment that changed is one line; of very many changes the rest is counted', () => {
  expect(changeNotice({ diff: diff([]), restartRequired: [] })).toBe('the edited registry is active');
  const lines = Array.from({ length: 25 }, (_, i) => `client c${i} is removed`);
  const said = changeNotice({ diff: diff(lines), restartRequired: [] }).split('\n');
  expect(said).toHaveLength(12);
  expect(said.at(-1)).toBe('  and 15 more');
});
