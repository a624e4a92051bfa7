import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exposedTaskId, splitTaskId } from './taskIds.ts';

test('every exposed id can be split into the server and its task id', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
      fc.string({ minLength: 1, unit: 'binary' }),
      (serverId, taskId) => {
        expect(splitTaskId(exposedTaskId({ serverId, taskId }))).toEqual({ serverId, taskId });
      },
    ),
  );
});

test.each(['', '/', 'a', 'a/', '/a'])('%j is not a task id', (text) => {
  expect(splitTaskId(text)).toBeUndefined();
});
