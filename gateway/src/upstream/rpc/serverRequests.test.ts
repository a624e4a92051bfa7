import { expect, test, vi } from 'vitest';
import { ServerRequests, type Askable } from './serverRequests.ts';
import type { Question, QuestionAnswer } from '../types.ts';

function parts(find: (within: number | undefined) => readonly Askable[]) {
  const answers: [unknown, QuestionAnswer][] = [];
  const answer = (id: unknown, given: QuestionAnswer): void => void answers.push([id, given]);
  return { requests: new ServerRequests({ find, answer }), answers };
}

function askable(
  ask: (question: Question, signal: AbortSignal) => Promise<QuestionAnswer>,
  takesInputRequired = false,
) {
  const over = new AbortController();
  const paused: string[] = [];
  const one: Askable = {
    conversation: {
      capabilities: { roots: {} },
      takesInputRequired,
      logLevel: undefined,
      notify: () => undefined,
      ask,
    },
    pause: () => void paused.push('paused'),
    resume: () => void paused.push('resumed'),
    over: () => over.signal,
  };
  return { one, over, paused };
}

test('answers ping immediately, without any client', () => {
  const { requests, answers } = parts(() => []);
  requests.take(1, 'ping', {}, undefined);
  expect(answers).toEqual([[1, { result: {} }]]);
});

test('pauses the time limit of a call during a question, and removes the progress token of the question', async () => {
  const asked: Question[] = [];
  const { one, paused } = askable((question) => {
    asked.push(question);
    return Promise.resolve({ result: 'r' });
  });
  const { requests, answers } = parts(() => [one]);
  requests.take('q', 'roots/list', { _meta: { progressToken: 1, x: 2 } }, undefined);
  await vi.waitFor(() => expect(answers).toEqual([['q', { result: 'r' }]]));
  expect(asked).toEqual([{ method: 'roots/list', params: { _meta: { x: 2 } } }]);
  expect(paused).toEqual(['paused', 'resumed']);
});

test('rejects questions that the client did not declare or that belong to no call', async () => {
  const { one } = askable(() => Promise.reject(new Error('must not be asked')));
  const { requests, answers } = parts((within) => (within === undefined ? [one] : []));
  requests.take(1, 'sampling/createMessage', {}, undefined);
  requests.take(2, 'roots/list', {}, 77);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  for (const [, answer] of answers) expect(answer).toMatchObject({ error: { code: -32601 } });
});

test('answers roots/list outside of a call, and after the call in which it was sent', async () => {
  const roots = { result: { roots: [{ uri: 'file:///a' }] } };
  const late = Promise.withResolvers<QuestionAnswer>();
  const calls: Askable[] = [];
  const answers: [unknown, QuestionAnswer][] = [];
  const requests = new ServerRequests({
    find: () => calls,
    roots: () => Promise.resolve(roots),
    answer: (id, given) => void answers.push([id, given]),
  });
  requests.take(1, 'roots/list', {}, undefined);
  await vi.waitFor(() => expect(answers).toEqual([[1, roots]]));
  const { one, over } = askable(() => Promise.reject(new Error('must not be asked')));
  calls.push({ ...one, conversation: { ...one.conversation, roots: () => late.promise } });
  requests.take(2, 'roots/list', {}, undefined);
  requests.take(3, 'roots/list', {}, undefined);
  requests.cancelled(3);
  calls.pop();
  over.abort();
  late.resolve(roots);
  await vi.waitFor(() => expect(answers.slice(1)).toEqual([[2, roots]]));
});

test('keeps a question that arrives just before its call until the call is sent', async () => {
  const calls: Askable[] = [];
  const { requests, answers } = parts(() => calls);
  requests.take(1, 'roots/list', {}, undefined);
  expect(answers).toEqual([]);
  calls.push(askable(() => Promise.resolve({ result: 'late' })).one);
  requests.begun();
  await vi.waitFor(() => expect(answers).toEqual([[1, { result: 'late' }]]));
});

/** A client that answers when the test resolves it, or cancels when its signal aborts. */
function patient() {
  const seen: AbortSignal[] = [];
  let answer: (given: QuestionAnswer) => void = () => undefined;
  const ask = (_question: Question, signal: AbortSignal) =>
    new Promise<QuestionAnswer>((resolve) => {
      seen.push(signal);
      answer = resolve;
      signal.addEventListener('abort', () => resolve({ result: 'too late' }));
    });
  return { ask, seen, answer: (result: string) => answer({ result }) };
}

test('cancels a question when its call ends, and notifies the server', async () => {
  const client = patient();
  const { one, over } = askable(client.ask);
  const { requests, answers } = parts(() => [one]);
  requests.take(1, 'roots/list', {}, undefined);
  over.abort();
  await vi.waitFor(() => expect(answers).toMatchObject([[1, { error: { code: -32603 } }]]));
  expect(client.seen).toMatchObject([{ aborted: true }]);
});

test('cancels a question that the server cancels, without an answer', async () => {
  const client = patient();
  const { one, paused } = askable(client.ask);
  const { requests, answers } = parts(() => [one]);
  requests.take('1', 'roots/list', {}, undefined);
  requests.cancelled('1');
  await vi.waitFor(() => expect(paused).toEqual(['paused', 'resumed']));
  expect([client.seen[0]?.aborted, answers]).toEqual([true, []]);
});

test('keeps an ambiguous question open until the last of its calls ends, and pauses all their time limits', async () => {
  const client = patient();
  const [older, newer] = [askable(client.ask), askable(client.ask)];
  const { requests, answers } = parts(() => [older.one, newer.one]);
  requests.take(1, 'roots/list', {}, undefined);
  newer.over.abort();
  expect([older.paused, newer.paused, client.seen[0]?.aborted]).toEqual([['paused'], ['paused'], false]);
  client.answer('kept');
  await vi.waitFor(() => expect(answers).toEqual([[1, { result: 'kept' }]]));
  expect([older.paused.at(-1), newer.paused.at(-1), client.seen.length]).toEqual(['resumed', 'resumed', 1]);
});

test('asks again through another call if the first ended, for a client that answers by sending a call again', async () => {
  const [first, ended, second] = [patient(), patient(), patient()];
  const [oldest, older, newer] = [second, ended, first].map(({ ask }) => askable(ask, true));
  const { requests, answers } = parts(() => [oldest!.one, older!.one, newer!.one]);
  requests.take(1, 'roots/list', {}, undefined);
  older!.over.abort();
  newer!.over.abort();
  await vi.waitFor(() => expect(second.seen).toHaveLength(1));
  expect(ended.seen).toEqual([]);
  second.answer('on the other');
  await vi.waitFor(() => expect(answers).toEqual([[1, { result: 'on the other' }]]));
});

test('rejects a question when 64 are open', async () => {
  let asked = 0;
  const { one } = askable(() => {
    asked++;
    return new Promise(() => undefined);
  });
  const { requests, answers } = parts(() => [one]);
  for (let id = 0; id < 65; id++) requests.take(id, 'roots/list', {}, undefined);
  await vi.waitFor(() => expect(answers).toMatchObject([[64, { error: { code: -32601 } }]]));
  expect(asked).toBe(64);
  requests.end();
});

test('lets at most 16 questions wait for a call', () => {
  const { requests, answers } = parts(() => []);
  for (let id = 0; id < 17; id++) requests.take(id, 'roots/list', {}, undefined);
  expect(answers).toMatchObject([[16, { error: { code: -32601 } }]]);
  requests.end();
});
