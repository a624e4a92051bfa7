import { expect, test } from 'vitest';
import { parseRegistryFile } from '../file/registryFile.ts';

const laughs = [
  'a0: &a0 [lol]',
  ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`),
];
const merges = [
  'm0: &m0 {x: 1}',
  ...Array.from({ length: 30 }, (_, i) => `m${i + 1}: &m${i + 1} {<<: [*m${i}, *m${i}, *m${i}]}`),
];
const half = 512 * 1024;

test.each([
  ['a billion laughs', laughs.join('\n')],
  [
    'a billion laughs where tools are named',
    `servers:\n  s:\n    transport: stdio\n    command: x\n    args: *a30\n${laughs.join('\n')}`,
  ],
  ['merges of merges', merges.join('\n')],
  ['a list that holds itself', 'clients: &c\n  a: *c\n'],
  ['brackets, deep', `clients: ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['braces, deep', `clients: ${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ['indentation, deep', Array.from({ length: 1_500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['one long key', `${'k'.repeat(half)}: 1`],
  ['one long text', `lmcp: {host: "${'x'.repeat(half)}"}`],
  ['very many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')],
  [
    'very many clients that are alike',
    `clients:\n${Array.from({ length: 3_000 }, () => '  a: {}').join('\n')}`,
  ],
  ['NUL', 'lmcp: "\0"'],
  ['tags of other languages', 'lmcp: !!python/object/apply:os.system ["id"]'],
  ['a tag of JavaScript', 'lmcp: !!js/function "function(){}"'],
  ['many documents', '---\nlmcp: {}\n'.repeat(2_000)],
  ['directives', `%YAML 1.1\n%TAG ! tag:x,2000:\n---\nlmcp: !x {}`],
])(
  '%s is rejected in words, and nothing hangs or throws',
  (_, text) => {
    const result = parseRegistryFile('registry.yaml', text, { env: {} });
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.problems.length).toBeGreaterThan(0);
    expect(result.problems.every(({ message, line }) => message !== '' && line > 0)).toBe(true);
  },
  30_000,
);
