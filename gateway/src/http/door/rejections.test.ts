import { expect, test, vi } from 'vitest';
import type { Audit, AuditEntry } from '../../audit/types.ts';
import { silentLogger } from '../../logger.ts';
import { Refusals, type Refused } from './rejections.ts';

const guess = { event: 'client_auth', client_id: 'x', allowed: false, reason: 'invalid_token' } as const;

test('past sixty a minute a refusal is answered late, and logged as a number', async () => {
  vi.useFakeTimers();
  const lines: AuditEntry[] = [];
  const audit = { append: (entries: AuditEntry[]) => Promise.resolve(void lines.push(...entries)) };
  const refusals = new Refusals(
    audit as unknown as Audit,
    { now: () => 0, monotonic: () => 0 },
    silentLogger,
  );
  for (let i = 0; i < 60; i++) await refusals.refuse(guess);
  const answers: Refused[] = [];
  const late = [1, 2].map(() => refusals.refuse(guess).then((answer) => answers.push(answer)));
  await vi.advanceTimersByTimeAsync(900);
  expect(answers).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all(late);
  expect(answers).toEqual(['answer', 'answer']);
  expect(lines).toHaveLength(60);
  refusals.flush();
  expect(lines.slice(60)).toEqual([
    { event: 'client_auth', allowed: false, reason: 'invalid_token', detail: { count: 2 } },
  ]);
  vi.useRealTimers();
});
