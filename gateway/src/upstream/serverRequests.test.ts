import { expect, test, vi } from 'vitest';
import { ServerRequests, type Askable } from './serverRequests.ts';
import type { Question, QuestionAnswer } from './types.ts';

function parts(find: (within: number | undefined) => Askable | undefined) {
  const answers: [unknown, QuestionAnswer][] = [];
  const answer = (id: unknown, given: QuestionAnswer): void => void answers.push([id, given]);
  return { requests: new ServerRequests({ find, answer }), answers };
}

function askable(ask: (question: Question, signal: AbortSignal) => Promise<QuestionAnswer>) {
  const over = new AbortController();
  const paused: string[] = [];
  const one: Askable = {
    conversation: {
      capabilities: { roots: {} },
      takesInputRequired: false,
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

test('ping is answered at once, without any client', () => {
  const { requests, answers } = parts(() => undefined);
  requests.take(1, 'ping', {}, undefined);
  expect(answers).toEqual([[1, { result: {} }]]);
});

test('a question stops the clock of its call, and loses its progress token on the way', async () => {
  const asked: Question[] = [];
  const { one, paused } = askable((question) => {
    asked.push(question);
    return Promise.resolve({ result: 'r' });
  });
  const { requests, answers } = parts(() => one);
  requests.take('q', 'roots/list', { _meta: { progressToken: 1, x: 2 } }, undefined);
  await vi.waitFor(() => expect(answers).toEqual([['q', { result: 'r' }]]));
  expect(asked).toEqual([{ method: 'roots/list', params: { _meta: { x: 2 } } }]);
  expect(paused).toEqual(['paused', 'resumed']);
});

test('what the client did not declare, and what belongs to no call, is refused', async () => {
  const { one } = askable(() => Promise.reject(new Error('must not be asked')));
  const { requests, answers } = parts((within) => (within === undefined ? one : undefined));
  requests.take(1, 'sampling/createMessage', {}, undefined);
  requests.take(2, 'roots/list', {}, 77);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  for (const [, answer] of answers) expect(answer).toMatchObject({ error: { code: -32601 } });
});

test('a question that comes a moment before the call waits for it', async () => {
  const calls: Askable[] = [];
  const { requests, answers } = parts(() => calls[0]);
  requests.take(1, 'roots/list', {}, undefined);
  expect(answers).toEqual([]);
  calls.push(askable(() => Promise.resolve({ result: 'late' })).one);
  requests.begun();
  await vi.waitFor(() => expect(answers).toEqual([[1, { result: 'late' }]]));
});

test('once the call is over, or the server wants no answer, none is given', async () => {
  const fires: string[] = [];
  const wait = (name: string) => (_question: Question, signal: AbortSignal) =>
    new Promise<QuestionAnswer>((resolve) => {
      signal.addEventListener('abort', () => {
        fires.push(name);
        resolve({ result: 'too late' });
      });
    });
  const [ended, cancelled] = [askable(wait('ended')), askable(wait('cancelled'))];
  let current = ended.one;
  const { requests, answers } = parts(() => current);
  requests.take(1, 'roots/list', {}, undefined);
  current = cancelled.one;
  requests.take('1', 'roots/list', {}, undefined);
  ended.over.abort();
  requests.cancelled('1');
  await vi.waitFor(() => expect(fires).toEqual(['ended', 'cancelled']));
  await new Promise((resolve) => setTimeout(resolve));
  expect(answers).toEqual([]);
});

test('no more than 64 questions are open at a time; the next one is refused', async () => {
  let asked = 0;
  const { one } = askable(() => {
    asked++;
    return new Promise(() => undefined);
  });
  const { requests, answers } = parts(() => one);
  for (let id = 0; id < 65; id++) requests.take(id, 'roots/list', {}, undefined);
  await vi.waitFor(() => expect(answers).toMatchObject([[64, { error: { code: -32601 } }]]));
  expect(asked).toBe(64);
  requests.end();
});

test('no more than 16 questions wait for a call', () => {
  const { requests, answers } = parts(() => undefined);
  for (let id = 0; id < 17; id++) requests.take(id, 'roots/list', {}, undefined);
  expect(answers).toMatchObject([[16, { error: { code: -32601 } }]]);
  requests.end();
});
