import { expect, test } from 'vitest';
import { applications, limitsOf } from './applications.ts';

test.each([
  ['windsurf-client', 100],
  ['Visual Studio Code', 128],
  ['cursor-vscode', 80],
  ['an application of tomorrow', undefined],
  [undefined, undefined],
])('an application that calls itself %j takes %j tools', (name, limit) => {
  expect(limitsOf(name)?.limit).toBe(limit);
});

test('every application has a name in lower case and a source', () => {
  for (const { names, sources } of applications) {
    expect(names.every((name) => name !== '' && name === name.toLowerCase())).toBe(true);
    expect(sources.every(({ url }) => url.startsWith('https://'))).toBe(true);
    expect(sources.length).toBeGreaterThan(0);
  }
});
