import { expect, test } from 'vitest';
import type { Era } from '../../upstream/types.ts';
import { rejectedTask } from './rejectedTask.ts';
import { taskCapability, tasksOf } from './support.ts';

const tasks = { list: {}, cancel: {}, requests: { tools: { call: {} }, other: {} }, more: {} };
const server = (capabilities: unknown, protocolVersion = '2025-11-25', era: Era = 'legacy') => ({
  serverId: 's',
  era,
  initializeResult: { protocolVersion, capabilities },
});

test('only a server that negotiated the revision and declares tasks has tasks', () => {
  const found = tasksOf(server({ tasks }));
  expect(found && taskCapability(found)).toEqual({ list: {}, cancel: {}, requests: { tools: { call: {} } } });
  expect(tasksOf(server({ tasks }, '2025-06-18'))).toBeUndefined();
  expect(tasksOf(server({ tasks }, '2026-07-28', 'modern'))).toBeUndefined();
  expect(tasksOf(server({ tasks: true }))).toBeUndefined();
  expect(tasksOf(server({ tasks: {} }))).toEqual({ list: false, cancel: false, call: false });
});

test.each([
  [{}, null, 'tools/call', {}, false],
  [{}, null, 'tools/call', { task: {} }, true],
  [{}, 's', 'tools/call', { task: {} }, false],
  [{ tasks }, null, 'tools/call', { task: {} }, false],
  [{}, 's', 'tasks/get', {}, true],
  [{ tasks }, 's', 'tasks/get', {}, false],
  [{ tasks: {} }, 's', 'tasks/cancel', {}, true],
  [{}, null, 'prompts/get', { task: {} }, false],
])(
  'a server with %j on the path of %s, asked %s %j: rejected %s',
  (capabilities, only, method, params, no) => {
    const caller = { only, era: { name: 'legacy' as const } };
    expect(rejectedTask(server(capabilities), caller, method, params) !== undefined).toBe(no);
  },
);
