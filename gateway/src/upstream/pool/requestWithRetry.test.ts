import { expect, test } from 'vitest';
import { UpstreamError } from '../../errors.ts';
import { requestWithRetry } from './requestWithRetry.ts';
import type { UpstreamAnswer } from '../types.ts';

const answer: UpstreamAnswer = { result: { tools: [] }, bytes: 12 };

function failing(times: number, error: UpstreamError) {
  const asked: number[] = [];
  return {
    asked,
    request: async (_method: string, _params: unknown, { timeoutMs }: { timeoutMs: number }) => {
      asked.push(timeoutMs);
      if (asked.length <= times) throw error;
      return answer;
    },
  };
}
const timeouts = { toolsListS: 3, retryOnTimeout: 2, retryBackoffS: 0 };

test('a timeout is tried again, as often as allowed', async () => {
  const instance = failing(2, new UpstreamError('timeout', 'slow'));
  expect(await requestWithRetry(instance, 'tools/list', {}, timeouts)).toBe(answer);
  expect(instance.asked).toEqual([3_000, 3_000, 3_000]);
});

test('the last timeout is thrown', async () => {
  const instance = failing(3, new UpstreamError('timeout', 'slow'));
  await expect(requestWithRetry(instance, 'tools/list', {}, timeouts)).rejects.toThrow('slow');
  expect(instance.asked).toHaveLength(3);
});

test('any other failure is final', async () => {
  const instance = failing(1, new UpstreamError('exited', 'gone'));
  await expect(requestWithRetry(instance, 'tools/list', {}, timeouts)).rejects.toThrow('gone');
  expect(instance.asked).toHaveLength(1);
});
