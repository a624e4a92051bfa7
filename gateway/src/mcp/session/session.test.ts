import { expect, test } from 'vitest';
import { ByteBudget } from '../../byteBudget.ts';
import type { EventStream } from '../jsonrpc/exchange.ts';
import { Session } from './session.ts';
import { Sessions } from './sessions.ts';

const identity = { clientId: 'codex', tokenKey: 'k', only: null, revision: '2025-11-25' };

class Reader implements EventStream {
  open = true;
  readonly seen: string[] = [];
  send(text: string, id?: string): boolean {
    this.seen.push(`${id}:${text}`);
    return this.open;
  }
  offer(text: string, id?: string): boolean {
    return this.send(text, id);
  }
  finish(): void {
    this.close();
  }
  close(): void {
    this.open = false;
  }
  prime(): void {}
  onClose(): void {}
}

test('keeps messages until a stream opens, and delivers them once', () => {
  const session = new Session(identity, 0);
  session.push('a');
  session.push('b');
  const first = new Reader();
  session.attach(first, undefined);
  session.push('c');
  expect(first.seen).toEqual(['1:a', '2:b', '3:c']);
  const second = new Reader();
  session.attach(second, undefined);
  expect(first.open).toBe(false);
  expect(second.seen).toEqual([]);
});

test('evicts offered messages for required ones', () => {
  const session = new Session(identity, 0);
  session.push('list_changed');
  for (let i = 0; i < 100; i++) session.push(`log ${i}`, 'offered');
  const reader = new Reader();
  session.attach(reader, undefined);
  expect(reader.seen).toHaveLength(64);
  expect([reader.seen[0], reader.seen.at(-1)]).toEqual(['1:list_changed', '101:log 99']);
});

test('resumes after the last event id that the client sends', () => {
  const session = new Session(identity, 0);
  const first = new Reader();
  session.attach(first, undefined);
  for (const text of ['a', 'b', 'c']) session.push(text);
  const second = new Reader();
  session.attach(second, '1');
  expect(second.seen).toEqual(['2:b', '3:c']);
  const bogus = new Reader();
  session.attach(bogus, 'not a number');
  expect(bogus.seen).toEqual([]);
});

test('limits the buffer in number and size', () => {
  const session = new Session(identity, 0);
  for (let i = 0; i < 1_000; i++) session.push(`${i}`);
  session.push('x'.repeat(200_000));
  session.push('y'.repeat(200_000));
  const reader = new Reader();
  session.attach(reader, '0');
  expect(reader.seen.map((event) => event.slice(-1))).toEqual(['y']);
});

test('cancelling fires only the signal of that call', () => {
  const session = new Session(identity, 0);
  const [one, text] = [session.begin(1, 'files'), session.begin('1', 'files')];
  expect([session.serverOf(1), session.serverOf(2)]).toEqual(['files', undefined]);
  session.cancel(1);
  expect([one.signal.aborted, text.signal.aborted]).toEqual([true, false]);
  session.finish(1, one);
  expect(session.busy).toBe(true);
  session.finish('1', text);
  expect(session.busy).toBe(false);
});

function sessionsAt(now: { ms: number }): { sessions: Sessions; ended: string[] } {
  const ended: string[] = [];
  const clock = { now: () => 0, monotonic: () => now.ms };
  const sessions = new Sessions(clock);
  sessions.onEnd((session) => ended.push(session.id));
  return { sessions, ended };
}

test('a session exists for its token and its path alone', () => {
  const { sessions } = sessionsAt({ ms: 0 });
  const session = sessions.open(identity)!;
  expect(sessions.find(session.id, identity)).toBe(session);
  expect(sessions.find(session.id, { ...identity, tokenKey: 'other' })).toBeUndefined();
  expect(sessions.find(session.id, { ...identity, only: 'files' })).toBeUndefined();
  sessions.close();
});

test('idle sessions are reaped, busy ones are not', () => {
  const now = { ms: 0 };
  const { sessions, ended } = sessionsAt(now);
  const idle = sessions.open(identity)!;
  const busy = sessions.open(identity)!;
  busy.attach(new Reader(), undefined);
  now.ms = 31 * 60_000;
  sessions.reap();
  expect(ended).toEqual([idle.id]);
  sessions.close();
  expect(ended).toEqual([idle.id, busy.id]);
});

test('a client at its bound loses its oldest idle session, and gets no new one when all are busy', () => {
  const now = { ms: 0 };
  const { sessions, ended } = sessionsAt(now);
  const first = sessions.open(identity)!;
  for (let i = 1; i < 200; i++) {
    now.ms = i;
    sessions.open(identity)!.attach(new Reader(), undefined);
  }
  expect(sessions.open(identity)).toBeDefined();
  expect(ended).toEqual([first.id]);
  sessions.of('codex').forEach((session) => session.attach(new Reader(), undefined));
  expect(sessions.open(identity)).toBeUndefined();
  expect(sessions.open({ ...identity, clientId: 'vscode' })).toBeDefined();
  sessions.close();
});

test('kept messages hold bytes of the client; without room the oldest go, and one that does not fit is logged', () => {
  const budget = new ByteBudget(() => 4_000);
  const full: string[] = [];
  const held = budget.open({ kind: 'client', id: 'codex' });
  const session = new Session(identity, 0, held, (exhausted) => full.push(exhausted));
  session.push('é'.repeat(300));
  session.push('b'.repeat(300));
  expect(budget.total).toBe(900);
  session.push('c'.repeat(500));
  expect(budget.total).toBe(800);
  const reader = new Reader();
  session.attach(reader, '0');
  expect(reader.seen.map((event) => event.slice(-1))).toEqual(['b', 'c']);
  session.push('d'.repeat(2_000));
  expect([budget.total, full]).toEqual([0, ['client']]);
  expect(reader.seen.at(-1)?.slice(-1)).toBe('d');
  session.push('e');
  session.end();
  session.push('f');
  expect(budget.total).toBe(0);
});

test('roots that are kept count as memory of the client, and are asked for again where there is no room', async () => {
  const budget = new ByteBudget(() => 4_000);
  const capabilities = { roots: { listChanged: true } };
  const session = new Session({ ...identity, capabilities }, 0, budget.open({ kind: 'client', id: 'codex' }));
  const sent: string[] = [];
  const ask = (): Promise<unknown> => session.roots((text) => void sent.push(text));
  const small = { result: { roots: [{ uri: 'file:///a' }] } };
  const first = ask();
  session.answered('lmcp-1', small);
  expect([await first, await ask(), sent.length]).toEqual([small, small, 1]);
  expect(budget.total).toBe(JSON.stringify(small).length);
  session.rootsChanged();
  expect(budget.total).toBe(0);
  const large = { result: { roots: [{ uri: `file:///${'a'.repeat(2_000)}` }] } };
  const second = ask();
  session.answered('lmcp-2', large);
  expect(await second).toEqual(large);
  void ask();
  expect([budget.total, sent.length]).toEqual([0, 3]);
  session.end();
});
