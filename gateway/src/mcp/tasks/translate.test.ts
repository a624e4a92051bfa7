import { expect, test } from 'vitest';
import type { Conversation, Question } from '../../upstream/types.ts';
import { conversationForAll, createdTaskForAll, taskForAll, withoutRelatedTask } from './translate.ts';

const related = 'io.modelcontextprotocol/related-task';
const meta = (taskId: string) => ({ _meta: { [related]: { taskId }, 'x/y': 1 } });

test('translates the id of a task, and references to it, to /mcp; nothing else changes', () => {
  expect(createdTaskForAll('a')({ task: { taskId: '1', ttl: null }, x: 1 })).toEqual({
    task: { taskId: 'a/1', ttl: null },
    x: 1,
  });
  expect(taskForAll('a')({ taskId: '1/2', ...meta('1/2') })).toEqual({ taskId: 'a/1/2', ...meta('a/1/2') });
  const ordinary = { content: [], task: 'no task' };
  expect(createdTaskForAll('a')(ordinary)).toBe(ordinary);
});

test('requests reach the client with the task id of /mcp, answers the server with its own', async () => {
  const asked: Question[] = [];
  const inner: Conversation = {
    capabilities: {},
    takesInputRequired: false,
    logLevel: undefined,
    notify: () => undefined,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve({ result: { action: 'accept', ...meta('a/1') } });
    },
  };
  const question = { method: 'elicitation/create', params: meta('1') };
  const answer = await conversationForAll(inner, 'a').ask(question, new AbortController().signal);
  expect(asked[0]?.params).toEqual(meta('a/1'));
  expect(answer).toEqual({ result: { action: 'accept', ...meta('1') } });
});

test('removes only the reference to a task from a client request', () => {
  expect(withoutRelatedTask({ name: 'x', ...meta('1') })).toEqual({ name: 'x', _meta: { 'x/y': 1 } });
  const unmarked = { name: 'x', _meta: { 'x/y': 1 } };
  expect(withoutRelatedTask(unmarked)).toBe(unmarked);
});
