import { expect, test, vi } from 'vitest';
import type { Audit, AuditEntry } from '../../audit/types.ts';
import { silentLogger } from '../../logger.ts';
import { Rejections, type Rejected } from './rejections.ts';

const guess = { event: 'client_auth', client_id: 'x', allowed: false, reason: 'invalid_token' } as const;

test('past sixty a minute a rejection is answered late, and logged as a number', async () => {
  vi.useFakeTimers();
  const lines: AuditEntry[] = [];
  const audit = { append: (entries: AuditEntry[]) => Promise.resolve(void lines.push(...entries)) };
  const rejections = new Rejections(
    audit as unknown as Audit,
    { now: () => 0, monotonic: () => 0 },
    silentLogger,
  );
  for (let i = 0; i < 60; i++) await rejections.reject(guess);
  const answers: Rejected[] = [];
  const late = [1, 2].map(() => rejections.reject(guess).then((answer) => answers.push(answer)));
  await vi.advanceTimersByTimeAsync(900);
  expect(answers).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all(late);
  expect(answers).toEqual(['answer', 'answer']);
  expect(lines).toHaveLength(60);
  rejections.flush();
  expect(lines.slice(60)).toEqual([
    { event: 'client_auth', allowed: false, reason: 'invalid_token', detail: { count: 2 } },
  ]);
  vi.useRealTimers();
});
