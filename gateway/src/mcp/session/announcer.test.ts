import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Kind } from '../../catalog/items.ts';
import type { Registry } from '../../registry/types.ts';
import { plain } from '../../upstream/testing/servers.ts';
import { Announcer } from './announcer.ts';
import type { Streams } from './listenStreams.ts';
import { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const owner = { clientId: 'red', sessionId: null };

/** Sessions of `red` and `blue` on `/mcp`, and the notifications sent to each. */
function world(changes: Parameters<typeof plain>[0] = {}) {
  const views = new Map<string, string>();
  const sent: string[] = [];
  const session = (clientId: string): Session => {
    const one = new Session({ clientId, tokenKey: '', only: null, revision: '2025-11-25' }, 0);
    one.push = (text) => void sent.push(`${clientId} ${/notifications.(\w+)/.exec(text)?.[1] ?? text}`);
    return one;
  };
  const all = { red: session('red'), blue: session('blue') };
  const clients = new Map(['red', 'blue'].map((id) => [id, { id, allowServers: new Set(['plain']) }]));
  const announcer = new Announcer({
    sessions: { of: (id: keyof typeof all) => [all[id]] } as unknown as Sessions,
    streams: { of: () => [] } as unknown as Streams,
    registry: () => ({ clients, servers: new Map([['plain', plain(changes)]]) }) as unknown as Registry,
    clock: { monotonic: () => Date.now() },
    view: (whose, kind) => views.get(`${whose.identity.clientId} ${kind}`),
  });
  const list = (who: keyof typeof all, kind: Kind, text: string): void => {
    all[who].seen.set(kind, text);
    views.set(`${who} ${kind}`, text);
  };
  return { announcer, sent, list, views };
}

test('sends one notification for many changes, then at most one per second', () => {
  const { announcer, sent } = world();
  for (let change = 0; change < 20; change++) {
    announcer.serverChanged('plain', owner, 'tools', true);
    vi.advanceTimersByTime(100);
  }
  expect(sent).toEqual(['red tools', 'red tools']);
  vi.advanceTimersByTime(1_000);
  expect(sent).toEqual(['red tools', 'red tools', 'red tools']);
  vi.advanceTimersByTime(5_000);
  expect(sent).toHaveLength(3);
});

test('notifies clients whose list differs or was never requested, not clients that have the current list', () => {
  const { announcer, sent, list, views } = world();
  list('red', 'tools', '[1]');
  list('blue', 'tools', '[1]');
  announcer.serverChanged('plain', owner, 'tools', false);
  vi.advanceTimersByTime(2_000);
  expect(sent).toEqual([]);
  views.set('blue tools', '[2]');
  announcer.serverChanged('plain', owner, 'tools', false);
  announcer.serverChanged('plain', owner, 'prompts', false);
  vi.advanceTimersByTime(2_000);
  expect(sent.sort()).toEqual(['blue prompts', 'blue tools', 'red prompts']);
});

test('notifies only the client of the instance when the list is per instance or remembered per client', () => {
  const own = world();
  own.announcer.serverChanged('plain', owner, 'tools', true);
  vi.advanceTimersByTime(100);
  expect(own.sent).toEqual(['red tools']);
  const apart = world({ scopeChosen: true });
  apart.announcer.serverChanged('plain', owner, 'tools', false);
  vi.advanceTimersByTime(100);
  expect(apart.sent).toEqual(['red tools']);
  const shared = world({ scope: 'shared', scopeChosen: true });
  shared.announcer.serverChanged('plain', owner, 'tools', true);
  vi.advanceTimersByTime(100);
  expect(shared.sent.sort()).toEqual(['blue tools', 'red tools']);
});
