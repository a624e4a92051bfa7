import { expect, test } from 'vitest';
import { byUrgency, dotOf } from './health.ts';

const health = (level: 'ok' | 'idle' | 'decision' | 'failing') =>
  ({ level, summary: '', stderr: [], action: 'none' }) as const;

test('a running server whose calls fail is marked as broken', () => {
  expect(dotOf({ state: 'ready', health: health('failing') })).toBe('broken');
  expect(dotOf({ state: 'ready', health: health('ok') })).toBe('on');
  expect(dotOf({ state: 'idle', health: health('decision') })).toBe('decide');
});

test('without the health the state alone gives the mark', () => {
  expect(
    (['idle', 'starting', 'ready', 'backoff', 'failed'] as const).map((state) => dotOf({ state })),
  ).toEqual(['off', 'busy', 'on', 'broken', 'broken']);
});

test('broken servers are first, and equal ones keep their order', () => {
  const servers = [
    { id: 'a', health: health('ok') },
    { id: 'b', health: health('decision') },
    { id: 'c', health: health('idle') },
    { id: 'd', health: health('failing') },
    { id: 'e' },
  ];
  expect(byUrgency(servers).map(({ id }) => id)).toEqual(['d', 'b', 'a', 'c', 'e']);
});
