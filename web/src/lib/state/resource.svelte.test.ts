import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Failure } from '#lib/api/request.ts';
import { Resource } from './resource.svelte.ts';
import { session } from './session.svelte.ts';

interface Answer {
  readonly ok: true;
  readonly text: string;
}
type Options = ConstructorParameters<typeof Resource<Answer, string>>[1];
const failed: Failure = { ok: false, error: 'rate_limited', message: 'later', status: 503, details: null };
const answerOf = (text: string): Answer => ({ ok: true, text });

interface Waiting {
  resource: Resource<Answer, string>;
  /** The keys that were asked for. */
  asked: string[];
  /** Answers the request with this number, counted from 0. */
  answer: (at: number, answer: Answer | Failure) => Promise<void>;
  leave: () => void;
}

/** A resource within a component that lives until the test ends, and the answers that it waits for. */
function waiting(options?: Options): Waiting {
  const asked: string[] = [];
  const answers: ((answer: Answer | Failure) => void)[] = [];
  let resource: Resource<Answer, string> | undefined;
  const leave = $effect.root(() => {
    resource = new Resource<Answer, string>((_routes, key) => {
      asked.push(key);
      return new Promise((resolve) => answers.push(resolve));
    }, options);
  });
  flushSync();
  ends.push(leave);
  const answer = async (at: number, content: Answer | Failure): Promise<void> => {
    answers[at]?.(content);
    await new Promise((resolve) => setTimeout(resolve));
    flushSync();
  };
  return { resource: resource!, asked, answer, leave };
}

const ends: (() => void)[] = [];
beforeEach(() => {
  session.token = 'a token';
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  session.token = null;
});

test('asks when it is made, and shows the newest try, whichever answer comes first', async () => {
  const { resource, asked, answer } = waiting();
  void resource.refresh();
  expect([asked.length, resource.loading]).toEqual([2, true]);
  await answer(1, answerOf('second'));
  await answer(0, answerOf('first'));
  expect([resource.value?.text, resource.loading]).toEqual(['second', false]);
});

test('keeps the last answer beside a failure, until the next one', async () => {
  const { resource, answer } = waiting();
  await answer(0, answerOf('old'));
  void resource.refresh();
  await answer(1, failed);
  expect([resource.value?.text, resource.failure?.message]).toEqual(['old', 'later']);
  void resource.refresh();
  await answer(2, answerOf('new'));
  expect([resource.value?.text, resource.failure]).toEqual(['new', null]);
});

test('asks nothing and takes nothing once its component is gone', async () => {
  const { resource, asked, answer, leave } = waiting();
  leave();
  await answer(0, answerOf('late'));
  await resource.refresh();
  expect([resource.value, asked.length]).toEqual([null, 1]);
});

test('asks for another key, and shows no answer of the one before', async () => {
  let key = $state('a');
  const { resource, asked, answer } = waiting({ key: () => key });
  await answer(0, answerOf('of a'));
  key = 'b';
  flushSync();
  expect([asked, resource.value]).toEqual([['a', 'b'], null]);
  key = 'c';
  flushSync();
  await answer(2, answerOf('of c'));
  await answer(1, answerOf('of b'));
  expect([asked, resource.value?.text]).toEqual([['a', 'b', 'c'], 'of c']);
});

test('shows no failure of another key', async () => {
  let key = $state('a');
  const { resource, answer } = waiting({ key: () => key });
  await answer(0, failed);
  expect(resource.failure?.message).toBe('later');
  key = 'b';
  flushSync();
  expect(resource.failure).toBeNull();
});

test('asks nothing while there is no key, and takes no answer then', async () => {
  let key = $state<string | null>('a');
  const { resource, asked, answer } = waiting({ key: () => key });
  key = null;
  flushSync();
  await answer(0, answerOf('of a'));
  await resource.refresh();
  expect([asked, resource.value, resource.loading]).toEqual([['a'], null, false]);
});

test('asks for an equal key once', () => {
  let key = $state.raw({ text: 'a' });
  const { asked } = waiting({ key: () => key.text });
  key = { text: 'a' };
  flushSync();
  expect(asked).toEqual(['a']);
});

test('shows no answer that another token got', async () => {
  const { resource, asked, answer } = waiting({ key: () => 'a' });
  await answer(0, answerOf('of the first token'));
  session.token = 'another token';
  flushSync();
  expect([asked.length, resource.value]).toEqual([2, null]);
  session.token = null;
  flushSync();
  await answer(1, answerOf('of the second token'));
  expect([asked.length, resource.value]).toEqual([2, null]);
});

test('asks again when something else changes, and shows the last answer until then', async () => {
  let revision = $state(1);
  const { resource, asked, answer } = waiting({ key: () => 'a', on: () => revision });
  await answer(0, answerOf('old'));
  revision = 2;
  flushSync();
  expect([asked.length, resource.value?.text]).toEqual([2, 'old']);
  await answer(1, answerOf('new'));
  expect(resource.value?.text).toBe('new');
});

test('asks once for what a button both changes and asks for', () => {
  let key = $state<string | null>(null);
  const { resource, asked } = waiting({ key: () => key });
  key = 'a';
  void resource.refresh();
  flushSync();
  expect(asked).toEqual(['a']);
});

test('waits until the key settles', async () => {
  let key = $state('a');
  const { asked } = waiting({ key: () => key, settleMs: 30 });
  for (const next of ['b', 'c']) {
    key = next;
    flushSync();
  }
  expect(asked).toEqual([]);
  await expect.poll(() => asked).toEqual(['c']);
});

test('polls while it is to, and for one request of many events', async () => {
  let everyMs = $state<number | null>(5);
  const { resource, asked, answer } = waiting({ everyMs: () => everyMs });
  await expect.poll(() => asked.length).toBeGreaterThan(3);
  everyMs = null;
  flushSync();
  await answer(0, failed);
  const before = asked.length;
  resource.refreshSoon();
  resource.refreshSoon();
  await expect.poll(() => asked.length).toBe(before + 1);
});
