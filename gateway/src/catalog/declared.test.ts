import { expect, test } from 'vitest';
import { declared } from './declared.ts';

test.each([
  [{ tools: {}, prompts: { listChanged: true } }, ['yes', 'yes', 'no', 'no']],
  [{ resources: {} }, ['unknown', 'no', 'yes', 'yes']],
  [{ tools: null, logging: {} }, ['unknown', 'no', 'no', 'no']],
  [{}, ['unknown', 'unknown', 'unknown', 'unknown']],
  [undefined, ['unknown', 'unknown', 'unknown', 'unknown']],
  ['everything', ['unknown', 'unknown', 'unknown', 'unknown']],
])('capabilities %j', (capabilities, expected) => {
  const instance = { initializeResult: { capabilities } };
  const kinds = ['tools', 'prompts', 'resources', 'templates'] as const;
  expect(kinds.map((kind) => declared(instance, kind))).toEqual(expected);
});
