import { expect, test } from 'vitest';
import type { Anchor, Operator } from '../claim.ts';
import { mutate } from './operators.ts';
import { parseSource, syntaxError } from './parse.ts';
import { resolve } from './resolve.ts';

function mutated(body: string, anchor: Omit<Anchor, 'in'>, operator: Operator): string {
  const source = parseSource('x.ts', `async function f() { ${body} }`);
  const text = mutate(source, resolve(source, { in: 'f', ...anchor }), operator);
  expect(syntaxError('x.ts', text)).toBeUndefined();
  return text.slice('async function f() { '.length, -' }'.length);
}

test.each<[string, Omit<Anchor, 'in'>, Operator, string]>([
  ['a(); b();', { node: 'call', name: 'b' }, 'drop-statement', 'a(); ;'],
  ['if (x) await a();', { node: 'await' }, 'drop-statement', 'if (x) ;'],
  ['if (x) throw a;', { node: 'statement' }, 'drop-statement', 'if (x) ;'],
  ['await a();', { node: 'await' }, 'drop-await', 'a();'],
  ['return a && b && c;', { node: 'operand', mentions: ['b'] }, 'drop-operand', 'return a && true && c;'],
  ['return (a === 1) || b;', { node: 'operand', mentions: ['a'] }, 'drop-operand', 'return (false) || b;'],
  ['return a ?? b;', { node: 'operand', mentions: ['a'] }, 'drop-operand', 'return undefined ?? b;'],
  ["return ['a', 'b'];", { node: 'element', mentions: ['a'] }, 'drop-element', "return ['b'];"],
  ["return ['a', 'b'];", { node: 'element', mentions: ['b'] }, 'drop-element', "return ['a'];"],
  ['g(a, b);', { node: 'argument', name: 'g', mentions: ['b'] }, 'drop-element', 'g(a);'],
  ['return { a: 1, b };', { node: 'property', name: 'b' }, 'drop-element', 'return { a: 1 };'],
  ['if (a) b();', { node: 'if' }, 'condition-true', 'if (true) b();'],
  ['return a ? b : c;', { node: 'ternary' }, 'condition-false', 'return false ? b : c;'],
  ['if (a) b();', { node: 'if' }, 'negate', 'if (!(a)) b();'],
  ['return a;', { node: 'return' }, { replace: Infinity }, 'return Infinity;'],
  ['return { a };', { node: 'property', name: 'a' }, { replace: '' }, 'return { a: "" };'],
  ['const a = 1;', { node: 'const', name: 'a' }, { replace: [] }, 'const a = [];'],
  ['for (const a of b) c();', { node: 'loop' }, { replace: [] }, 'for (const a of []) c();'],
  ['return { a: check(1) };', { node: 'property', name: 'a' }, 'no-op', 'return { a: () => undefined };'],
  ['return mask(a, b);', { node: 'call' }, 'call-to-argument', 'return a;'],
  ['return a.filter(b);', { node: 'call' }, 'call-to-receiver', 'return a;'],
  ['return eq(a, b);', { node: 'call' }, 'call-to-equality', 'return (String(a) === String(b));'],
])('%s %j %j', (body, anchor, operator, expected) => {
  expect(mutated(body, anchor, operator)).toBe(expected);
});

test.each<[string, Omit<Anchor, 'in'>, Operator]>([
  ['const a = b();', { node: 'call' }, 'drop-statement'],
  ['return a();', { node: 'return' }, 'drop-await'],
  ['return a;', { node: 'return' }, 'drop-element'],
  ['return a();', { node: 'call' }, 'call-to-receiver'],
  ['return;', { node: 'return' }, { replace: true }],
])('rejects an operator that does not apply: %s %j %j', (body, anchor, operator) => {
  expect(() => mutated(body, anchor, operator)).toThrow('does not apply to');
});

test('mutates JSON', () => {
  const source = parseSource('package.json', '{ "dependencies": { "a": "1.0.0" } }');
  const node = resolve(source, { in: 'dependencies', node: 'property', name: 'a' });
  expect(mutate(source, node, { replace: '^1' })).toBe('{ "dependencies": { "a": "^1" } }');
  expect(syntaxError('package.json', '{ "a": }')).toContain('JSON');
});
