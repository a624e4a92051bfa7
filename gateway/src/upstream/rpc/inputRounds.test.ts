import { expect, test } from 'vitest';
import { withInputRounds } from './inputRounds.ts';
import type { Conversation, Question, UpstreamAnswer } from '../types.ts';

const question: Question = { method: 'roots/list', params: {} };
const required = (requestState?: string): UpstreamAnswer => ({
  result: { resultType: 'input_required', inputRequests: { where: question }, requestState },
  bytes: 1,
});
const done: UpstreamAnswer = { result: { content: [] }, bytes: 1 };

function client(capabilities: Conversation['capabilities'] = { roots: {} }): Conversation {
  return {
    capabilities,
    takesInputRequired: false,
    logLevel: undefined,
    notify: () => undefined,
    ask: () => Promise.resolve({ result: { roots: [] } }),
  };
}

async function rounds(answers: UpstreamAnswer[], conversation = client()) {
  const sent: unknown[] = [];
  const send = (params: unknown): Promise<UpstreamAnswer> => {
    sent.push(params);
    return Promise.resolve(answers.shift() ?? required('again'));
  };
  const never = new AbortController().signal;
  return { answer: await withInputRounds('s', conversation, { name: 'x' }, never, send), sent };
}

test('a result that is complete is passed on as it is', async () => {
  expect((await rounds([done])).answer).toBe(done);
});

test('what is asked is answered with the next request, with the newest state', async () => {
  const { answer, sent } = await rounds([required('one'), required(), done]);
  expect(answer).toBe(done);
  const inputResponses = { where: { roots: [] } };
  expect(sent).toEqual([
    { name: 'x' },
    { name: 'x', inputResponses, requestState: 'one' },
    { name: 'x', inputResponses },
  ]);
});

test('a client that cannot be asked ends the call with the error for it', async () => {
  expect((await rounds([required()], client({}))).answer).toMatchObject({ error: { code: -32021 } });
});

test('a server that asks forever is stopped', async () => {
  await expect(rounds([])).rejects.toThrow('more than 32 times');
});
