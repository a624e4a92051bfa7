import { expect, test } from 'vitest';
import { lineOf } from './lineOf.ts';

const text = `# head
clients:
  a:
    allow_servers:
      - x
      - y
    b: &b
      c: 1
  d: *b
`;

test.each([
  [[], 1],
  [['clients'], 2],
  [['clients', 'a', 'allow_servers'], 4],
  [['clients', 'a', 'allow_servers', 1], 6],
  [['clients', 'd', 'c'], 8],
  [['clients', 'a', 'allow_servers', 2], null],
  [['clients', '__proto__'], null],
  [['clients', 'a', 'allow_servers', 0, 'x'], null],
] as const)('%j is on line %j', (path, line) => {
  expect(lineOf(text, path)).toBe(line);
});

test('a text that is not YAML does not throw', () => {
  expect(lineOf('a: "x', ['b'])).toBeNull();
  expect(lineOf('', ['b'])).toBeNull();
});
