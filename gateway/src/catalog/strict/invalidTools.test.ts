import { expect, test } from 'vitest';
import type { Tool } from '../tools.ts';
import { invalidTools, InvalidToolWarnings } from './invalidTools.ts';

const object = { type: 'object' };
const tools: Tool[] = [
  { name: 'fits', inputSchema: object },
  { name: 'bare' },
  { name: 'bad\u001b[2J', inputSchema: 7 },
  { name: 'nulls', inputSchema: object, title: null, description: null },
];

test('reports the tools that strict clients reject, and whether they are repaired or left out', () => {
  expect(invalidTools(tools)).toEqual([
    { name: 'bare', leftOut: false, repairs: ['inputSchema set to {"type":"object"}'] },
    { name: 'bad\u001b[2J', leftOut: true, repairs: ['inputSchema is not the schema of an object'] },
    { name: 'nulls', leftOut: false, repairs: ['title removed', 'description removed'] },
  ]);
});

test('warns once until the definitions change, with names safe for a terminal', () => {
  const warned: string[] = [];
  const warnings = new InvalidToolWarnings((message) => warned.push(message));
  warnings.listed('s', tools);
  warnings.listed('s', tools);
  expect(warned).toHaveLength(1);
  expect(warned[0]).toContain('server "s"');
  expect(warned[0]).toContain('"bad\\u001b[2J" (left out: inputSchema is not the schema of an object)');
  expect(warned[0]).toContain('"nulls" (title removed and 1 more)');
  warnings.listed('s', [{ name: 'fits', inputSchema: object }]);
  warnings.listed('s', tools);
  expect(warned).toHaveLength(2);
  warnings.listed(
    't',
    Array.from({ length: 12 }, (_, i) => ({ name: `t${i}` })),
  );
  expect(warned[2]).toContain(', 2 more. ');
});
