import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canBeAsked, capabilitiesKey, capabilitiesOf, readClientCapabilities } from './clientCapabilities.ts';

test('what LMCP does not pass on is left out', () => {
  const declared = {
    sampling: { tools: { x: 1 } },
    tasks: {},
    experimental: { a: {} },
    roots: { listChanged: 1 },
  };
  expect(readClientCapabilities(declared)).toEqual({ sampling: { tools: {} }, roots: {} });
});

const empty = fc.constant({});
const declaration = fc.record(
  {
    sampling: fc.record({ tools: empty, context: empty }, { requiredKeys: [] }),
    elicitation: fc.record({ form: empty, url: empty }, { requiredKeys: [] }),
    roots: fc.record({ listChanged: fc.boolean() }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

test('whatever a client declares, reading it twice changes nothing, and its key is short and stands for it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), declaration), (declared) => {
      const read = readClientCapabilities(declared);
      expect(readClientCapabilities(read)).toEqual(read);
      expect(capabilitiesKey(read)).toMatch(/^[a-z]{0,8}$/);
      expect(capabilitiesOf(capabilitiesKey(read))).toEqual(read);
    }),
  );
});

test.each([
  [{}, 'roots/list', {}, false],
  [{ roots: {} }, 'roots/list', {}, true],
  [{ sampling: {} }, 'sampling/createMessage', {}, true],
  [{ sampling: {} }, 'sampling/createMessage', { tools: [] }, false],
  [{ sampling: { tools: {} } }, 'sampling/createMessage', { tools: [] }, true],
  [{ elicitation: {} }, 'elicitation/create', {}, true],
  [{ elicitation: {} }, 'elicitation/create', { mode: 'url' }, false],
  [{ elicitation: { url: {} } }, 'elicitation/create', { mode: 'url' }, true],
  [{ elicitation: { url: {} } }, 'elicitation/create', { mode: 'form' }, false],
  [{ roots: {}, sampling: {}, elicitation: {} }, 'tasks/get', {}, false],
])('a client with %j, asked %s %j: %s', (capabilities, method, params, can) => {
  expect(canBeAsked(readClientCapabilities(capabilities), method, params)).toBe(can);
});
