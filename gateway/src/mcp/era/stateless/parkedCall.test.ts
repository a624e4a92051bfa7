import { expect, test, vi } from 'vitest';
import { ByteBudget } from '../../../byteBudget.ts';
import type { Outcome } from '../../call/outcome.ts';
import { ParkedCall } from './parkedCall.ts';
import { ParkedCalls } from './parkedCalls.ts';

const silent = { mayTakeLong: () => undefined, notify: () => true };
const never = new AbortController().signal;
const envelope = { capabilities: { roots: {} }, logLevel: undefined, application: undefined };
const roots = { method: 'roots/list', params: {} };

function begun(clientId = 'red') {
  const outcome = Promise.withResolvers<Outcome>();
  const call = new ParkedCall({ identity: 'who and what', clientId, requestBytes: 100 }, envelope, silent);
  call.begin(outcome.promise);
  return { call, end: () => outcome.resolve({ result: 'done', bytes: 1 }) };
}

test('a call without requests from the server returns its outcome', async () => {
  const { call, end } = begun();
  end();
  expect(await call.next()).toEqual({ kind: 'outcome', outcome: { result: 'done', bytes: 1 } });
});

test('collects concurrent requests into one response, with a new state each time', async () => {
  const { call, end } = begun();
  const answers = Promise.all([call.conversation.ask(roots, never), call.conversation.ask(roots, never)]);
  const turn = await call.next();
  const keys = turn.kind === 'questions' ? [...turn.questions.keys()] : [];
  expect(keys).toHaveLength(2);
  const first = call.state;
  call.resume({ [keys[0]!]: 'a' }, silent);
  expect(call.state).not.toBe(first);
  // What was left out is asked again.
  const again = await call.next();
  expect(again.kind === 'questions' && [...again.questions.keys()]).toEqual([keys[1]]);
  call.resume({ [keys[1]!]: 'b', other: 'ignored' }, silent);
  expect(await answers).toEqual([{ result: 'a' }, { result: 'b' }]);
  end();
  expect((await call.next()).kind).toBe('outcome');
});

test('an abandoned call sends no further requests', async () => {
  const { call } = begun();
  const asked = call.conversation.ask(roots, never);
  call.cancel();
  expect(call.signal.aborted).toBe(true);
  expect(await asked).toHaveProperty('error');
  expect(await call.conversation.ask(roots, never)).toHaveProperty('error');
});

test('a parked call can be resumed once, only by the client that parked it', () => {
  const parked = new ParkedCalls();
  const { call } = begun();
  parked.park(call);
  expect(parked.isOurs(call.state)).toBe(true);
  expect(parked.isOurs('of some server')).toBe(false);
  expect(parked.take(call.state, 'another client')).toBeUndefined();
  expect(parked.take(call.state, 'who and what')).toBe(call);
  expect(parked.take(call.state, 'who and what')).toBeUndefined();
});

test('a client may have 250 parked calls; the next one abandons its own oldest', () => {
  const parked = new ParkedCalls();
  const other = begun('blue').call;
  parked.park(other);
  const calls = Array.from({ length: 251 }, () => begun('red').call);
  for (const call of calls) parked.park(call);
  expect([other, ...calls].filter(({ signal }) => signal.aborted)).toEqual([calls[0]]);
  parked.close();
});

test('rejects and abandons a call when other clients use the whole limit', () => {
  const parked = new ParkedCalls();
  for (let i = 0; i < 1_000; i++) parked.park(begun(String(i)).call);
  const { call } = begun('late');
  expect(() => parked.park(call)).toThrow('too many calls wait');
  expect(call.signal.aborted).toBe(true);
  parked.close();
});

test('abandons a call that is not resumed within ten minutes', () => {
  vi.useFakeTimers();
  const parked = new ParkedCalls();
  const { call } = begun();
  parked.park(call);
  vi.advanceTimersByTime(10 * 60_000 - 1);
  expect(call.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(call.signal.aborted).toBe(true);
  vi.useRealTimers();
});

test('close abandons all parked calls', () => {
  const parked = new ParkedCalls();
  const { call } = begun();
  parked.park(call);
  parked.close();
  expect(call.signal.aborted).toBe(true);
});

test('counts parked calls as memory of their client, abandons its longest-waiting one, and logs what does not fit', async () => {
  const budget = new ByteBudget(() => 1_600);
  const full = vi.fn();
  const parked = new ParkedCalls({ budget, full });
  const asked = async (text: string) => {
    const { call } = begun();
    const answer = call.conversation.ask({ method: 'elicitation/create', params: { text } }, never);
    await call.next();
    return { call, answer };
  };
  const first = await asked('x');
  parked.park(first.call);
  expect(first.call.bytes).toBe(
    100 + JSON.stringify({ method: 'elicitation/create', params: { text: 'x' } }).length,
  );
  expect(budget.total).toBe(first.call.bytes);
  const second = await asked('y'.repeat(150));
  parked.park(second.call);
  expect(await first.answer).toMatchObject({ error: { code: -32603 } });
  expect(budget.total).toBe(second.call.bytes);
  const tooLarge = await asked('z'.repeat(500));
  expect(() => parked.park(tooLarge.call)).toThrow(/lmcp\.memory_mib/);
  expect(full).toHaveBeenCalledWith('red', 'client', 'a parked call');
  expect(budget.total).toBe(0);
});
