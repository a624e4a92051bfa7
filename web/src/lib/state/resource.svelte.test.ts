import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { Failure } from '#lib/api/request.ts';
import { Resource } from './resource.svelte.ts';

interface Answer {
  readonly ok: true;
  readonly text: string;
}
const failed: Failure = { ok: false, error: 'rate_limited', message: 'later', status: 503, details: null };

/** A resource within a component that lives until the test ends, and the answers that it waits for. */
function waiting(): {
  resource: Resource<Answer>;
  answers: ((answer: Answer | Failure) => void)[];
  leave: () => void;
} {
  const answers: ((answer: Answer | Failure) => void)[] = [];
  let resource: Resource<Answer> | undefined;
  const leave = $effect.root(() => {
    resource = new Resource<Answer>(() => new Promise((resolve) => answers.push(resolve)));
  });
  flushSync();
  ends.push(leave);
  return { resource: resource!, answers, leave };
}
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

test('shows the newest try, whichever answer comes first', async () => {
  const { resource, answers } = waiting();
  const tries = [resource.refresh(), resource.refresh()];
  answers[1]?.({ ok: true, text: 'second' });
  answers[0]?.({ ok: true, text: 'first' });
  await Promise.all(tries);
  expect(resource.value?.text).toBe('second');
  expect(resource.loading).toBe(false);
});

test('keeps the last answer beside a failure, until the next one', async () => {
  const { resource, answers } = waiting();
  const ask = async (answer: Answer | Failure): Promise<void> => {
    const asked = resource.refresh();
    answers.at(-1)?.(answer);
    await asked;
  };
  await ask({ ok: true, text: 'old' });
  await ask(failed);
  expect([resource.value?.text, resource.failure?.message]).toEqual(['old', 'later']);
  await ask({ ok: true, text: 'new' });
  expect([resource.value?.text, resource.failure]).toEqual(['new', null]);
});

test('asks nothing and takes nothing once its component is gone', async () => {
  const { resource, answers, leave } = waiting();
  const asked = resource.refresh();
  leave();
  answers[0]?.({ ok: true, text: 'late' });
  await asked;
  await resource.refresh();
  expect([resource.value, answers.length]).toEqual([null, 1]);
});
