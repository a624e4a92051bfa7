import { expect, test } from 'vitest';
import type { Client } from '../registry/types.ts';
import { ClientLimits } from './clientLimits.ts';

const client = (rateLimitRpm: number | null, id = 'red'): Client => ({ id, rateLimitRpm }) as Client;
const taken = (limits: ClientLimits, kind: 'take' | 'takeMessage', who: Client): number => {
  let count = 0;
  while (count < 5_000 && limits[kind](who).ok) count++;
  return count;
};

test.each([
  [1, 1, 600],
  [60, 60, 600],
  [61, 61, 610],
  [null, 5_000, 5_000],
])('a limit of %s requests a minute is %i requests and %i other messages', (limit, requests, messages) => {
  const limits = new ClientLimits({ now: () => 0, monotonic: () => 0 });
  expect(taken(limits, 'take', client(limit))).toBe(requests);
  expect(taken(limits, 'takeMessage', client(limit))).toBe(messages);
  expect(limits.takeMessage(client(limit, 'blue')).ok).toBe(true);
});
