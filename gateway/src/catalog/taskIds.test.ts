import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exposedTaskId, splitTaskId } from './taskIds.ts';

test('whatever a server calls its task, the exposed id leads back to it', () => {
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

test.each(['', '/', 'a', 'a/', '/a'])('%j is the id of no task', (text) => {
  expect(splitTaskId(text)).toBeUndefined();
});
