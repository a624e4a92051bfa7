import { expect, test } from 'vitest';
import type { Anchor } from '../claim.ts';
import { parseSource } from './parse.ts';
import { resolve } from './resolve.ts';

const source = parseSource(
  'gateway/src/door.ts',
  `
const maxSize = 10;
const fit = (x: string) => x.length < maxSize;
export class Door {
  #bolt = 'shut';
  constructor(key: string) { this.#bolt = key; }
  get open() { return this.#bolt; }
  set open(value: string) { this.#bolt = value; }
  async #enter(a: string, b?: string) {
    if (a === 'x' || b === undefined) return deny(a);
    if (a === 'y') await check({ name: b, size: 3 }, 'strict');
    else if (a === 'z') log(\`came \${a} and \${b}\`);
    for (const one of [a, 'last']) if (one.length > 0o10) return one;
    return a ? allow(a) : b ?? deny('end');
  }
}
const handler = { take: (x: number) => { drop(x); } };
`,
);
const found = (anchor: Anchor): string => resolve(source, anchor).getText();
const inEnter = (anchor: Omit<Anchor, 'in'>): string => found({ in: 'Door.#enter', ...anchor });

test('finds the initial value of a constant and of a field', () => {
  expect(found({ in: 'maxSize', node: 'const' })).toBe('maxSize = 10');
  expect(found({ in: 'Door.#bolt', node: 'const' })).toBe("#bolt = 'shut';");
});

test('finds constructors, functions of an object literal and concise bodies', () => {
  expect(found({ in: 'Door.constructor', node: 'statement' })).toBe('this.#bolt = key;');
  expect(found({ in: 'handler.take', node: 'call', name: 'drop' })).toBe('drop(x)');
  expect(found({ in: 'fit', node: 'return' })).toBe('x.length < maxSize');
});

test.each<[Omit<Anchor, 'in'>, string]>([
  [{ node: 'if', mentions: ['x'] }, "if (a === 'x' || b === undefined) return deny(a);"],
  [{ node: 'operand', mentions: ['b', 'undefined'] }, 'b === undefined'],
  [{ node: 'comparison', mentions: ['0o10', '>'] }, 'one.length > 0o10'],
  [{ node: 'await', mentions: ['check'] }, "await check({ name: b, size: 3 }, 'strict')"],
  [{ node: 'property', name: 'size' }, 'size: 3'],
  [{ node: 'argument', name: 'check', mentions: ['strict'] }, "'strict'"],
  [{ node: 'placeholder', mentions: ['b'] }, 'b'],
  [{ node: 'element', mentions: ['last'] }, "'last'"],
  [{ node: 'ternary', mentions: ['allow'] }, "a ? allow(a) : b ?? deny('end')"],
  [{ node: 'return', mentions: ['end'] }, "return a ? allow(a) : b ?? deny('end');"],
])('finds %j', (anchor, text) => {
  expect(inEnter(anchor)).toBe(text);
});

test('takes the condition of an else-if apart from the condition before it', () => {
  expect(inEnter({ node: 'if', mentions: ['z'] })).toBe("if (a === 'z') log(`came ${a} and ${b}`);");
});

test('rejects an anchor that fits several nodes, and shows them', () => {
  expect(() => inEnter({ node: 'if', mentions: ['a'] })).toThrow(
    /^Ambiguous anchor: Door\.#enter in gateway\/src\/door\.ts has 3 nodes that fit if that mentions a: if \(a === 'x'/,
  );
});

test('rejects a name that is declared twice', () => {
  expect(() => found({ in: 'Door.open', node: 'return' })).toThrow('declares Door.open 2 times');
});

test('shows the nearest nodes where none fits', () => {
  expect(() => inEnter({ node: 'call', name: 'denied' })).toThrow(
    /has no call denied\. Candidates: deny\(a\) \| allow\(a\) \| deny\('end'\) \|/,
  );
});

test('shows the nearest declarations where the function is gone', () => {
  expect(() => found({ in: 'Door.#entry', node: 'if' })).toThrow(
    /declares no Door\.#entry\. Nearest declarations: Door\.#enter \|/,
  );
});
