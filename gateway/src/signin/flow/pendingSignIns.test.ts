import { expect, test } from 'vitest';
import { httpServer } from '../../upstream/testing/servers.ts';
import type { Exchange } from '../tokens.ts';
import { pendingMs, PendingSignIns } from './pendingSignIns.ts';

function world() {
  const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at };
  const pending = new PendingSignIns(clock);
  const begin = (state: string): string =>
    pending.begin({
      whose: { serverId: 'tested', clientId: null },
      server: httpServer('https://mcp.example/mcp'),
      exchange: { state } as Exchange,
    });
  return { clock, pending, begin };
}

test('a redirect is taken once', () => {
  const { pending, begin } = world();
  const id = begin('s1');
  expect(pending.stateOf(id)).toBe('s1');
  expect(pending.take('s1')?.id).toBe(id);
  expect(pending.take('s1')).toBeUndefined();
  expect(pending.take('s2')).toBeUndefined();
});

test('a sign-in that is not finished in time is over', () => {
  const { clock, pending, begin } = world();
  const id = begin('s1');
  expect(pending.progress(id)).toEqual({ state: 'pending' });
  clock.at = pendingMs + 1;
  expect(pending.take('s1')).toBeUndefined();
  clock.at = 2 * pendingMs;
  expect(pending.progress(id)).toMatchObject({ state: 'failed' });
});

test('who begins again and again keeps the newest, and how they ended stays known', () => {
  const { pending, begin } = world();
  const ids = Array.from({ length: 40 }, (_, i) => begin(`s${i}`));
  expect(pending.take('s0')).toBeUndefined();
  expect(pending.take('s39')?.id).toBe(ids[39]);
  pending.ended(ids[39] ?? '', { state: 'done' });
  expect(pending.progress(ids[39] ?? '')).toEqual({ state: 'done' });
  expect(pending.progress('nobody')).toBeUndefined();
});
