import { expect, test } from 'vitest';
import type { QuestionAnswer } from '../../upstream/types.ts';
import { ClientRoots } from './clientRoots.ts';

function asked(keeps: boolean) {
  const questions: PromiseWithResolvers<QuestionAnswer>[] = [];
  const sent: string[] = [];
  const roots = new ClientRoots(
    () => {
      const question = Promise.withResolvers<QuestionAnswer>();
      questions.push(question);
      return { text: `question ${questions.length}`, answer: question.promise };
    },
    () => 1,
    () => keeps,
  );
  return { roots, questions, sent, send: (text: string) => void sent.push(text) };
}

const a = { result: { roots: [{ uri: 'file:///a' }] } };
const b = { result: { roots: [{ uri: 'file:///b' }] } };

test('asks once, keeps the answer, and asks again after a change', async () => {
  const { roots, questions, sent, send } = asked(true);
  const both = [roots.get(send), roots.get(send)];
  questions[0]?.resolve(a);
  expect(await Promise.all(both)).toEqual([a, a]);
  expect(await roots.get(send)).toEqual(a);
  expect(sent).toEqual(['question 1']);
  roots.changed();
  const again = roots.get(send);
  questions[1]?.resolve(b);
  expect(await again).toEqual(b);
  expect(sent).toEqual(['question 1', 'question 2']);
});

test('waits for a stream, and sends a question once', async () => {
  const { roots, questions, sent, send } = asked(true);
  const answer = roots.get(undefined);
  expect(sent).toEqual([]);
  roots.offer(send);
  roots.offer(send);
  expect(sent).toEqual(['question 1']);
  questions[0]?.resolve(a);
  expect(await answer).toEqual(a);
});

test('does not keep an error, an answer older than a change, or roots whose changes are not announced', async () => {
  const changing = asked(true);
  const old = changing.roots.get(changing.send);
  changing.roots.changed();
  const current = changing.roots.get(changing.send);
  changing.questions[1]?.resolve(b);
  changing.questions[0]?.resolve(a);
  expect(await Promise.all([old, current])).toEqual([a, b]);
  expect(await changing.roots.get(changing.send)).toEqual(b);
  for (const [keeps, answer] of [
    [false, a],
    [true, { error: { code: -32603, message: 'no' } }],
  ] as const) {
    const { roots, questions, sent, send } = asked(keeps);
    const first = roots.get(send);
    questions[0]?.resolve(answer);
    await first;
    void roots.get(send);
    expect(sent).toEqual(['question 1', 'question 2']);
  }
});
