import { expect, test } from 'vitest';
import { actionsOf } from './serverActions.ts';

test.each([
  [{ state: 'idle', instances: 0, enabled: true }, ['start', 'test']],
  [{ state: 'ready', instances: 1, enabled: true }, ['restart', 'stop', 'test']],
  [{ state: 'backoff', instances: 0, enabled: true }, ['start', 'test']],
  [{ state: 'backoff', instances: 2, enabled: true }, ['restart', 'stop', 'test']],
  [{ state: 'idle', instances: 0, enabled: false }, []],
] as const)('of a server that is %o only what does something is offered', (server, actions) => {
  expect(actionsOf(server).map(([action]) => action)).toEqual(actions);
});
