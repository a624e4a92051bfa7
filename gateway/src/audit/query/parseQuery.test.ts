import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  closedValues,
  formatQuery,
  isSameTerm,
  parseQuery,
  queryKeys,
  type QueryTerm,
} from './parseQuery.ts';

const term = (key: QueryTerm['key'], value: string, negated = false): QueryTerm => ({ key, value, negated });

test('reads keys, wildcards, negations, words and quoted texts', () => {
  expect(
    parseQuery(' client:codex tool:write_* -outcome:ok since:yesterday "two words" -word tool:"a \\"b\\""'),
  ).toEqual({
    terms: [
      term('client', 'codex'),
      term('tool', 'write_*'),
      term('outcome', 'ok', true),
      term('since', 'yesterday'),
      term('text', 'two words'),
      term('text', 'word', true),
      term('tool', 'a "b"'),
    ],
    problems: [],
  });
});

test('names what it does not understand, and keeps the rest', () => {
  const { terms, problems } = parseQuery(
    'user:x client: outcome:maybe since:soon -until:today server:memory',
  );
  expect(terms).toEqual([term('server', 'memory')]);
  expect(problems).toEqual([
    expect.stringMatching(/^unknown filter "user": expected client, /),
    'client: lacks a value',
    expect.stringMatching(/^outcome: unknown value; expected ok, /),
    expect.stringMatching(/^since: expected a time as in 1h/),
    expect.stringMatching(/^-until: a time can't be negated/),
  ]);
});

test('takes a term given twice once', () => {
  expect(parseQuery('client:a client:a -client:a').terms).toEqual([
    term('client', 'a'),
    term('client', 'a', true),
  ]);
});

const value = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.constantFrom('a b', '"', '\\', '-x', 'a:b', ':', '\n', 'write_*', 'x"', '""'),
);
const anyTerm: fc.Arbitrary<QueryTerm> = fc
  .record({ key: fc.constantFrom('text' as const, ...queryKeys), value, negated: fc.boolean() })
  .map((one): QueryTerm => {
    if (one.key === 'since' || one.key === 'until') return { ...one, value: '7d', negated: false };
    const [known] = (one.key !== 'text' && closedValues[one.key]) || [];
    return known === undefined ? one : { ...one, value: known };
  });

test('reads every query as it was written', () => {
  fc.assert(
    fc.property(fc.array(anyTerm, { maxLength: 6 }), (terms) => {
      const once = terms.filter((one, at) => terms.findIndex((other) => isSameTerm(one, other)) === at);
      expect(parseQuery(formatQuery(terms))).toEqual({ terms: once, problems: [] });
    }),
  );
});

test('reads any text, and what it makes of it in the same way', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('a', ':', '"', '-', ' ', '\\', 'tool'), maxLength: 20 }),
  );
  fc.assert(
    fc.property(text, (written) => {
      const { terms } = parseQuery(written);
      expect(parseQuery(formatQuery(terms))).toEqual({ terms, problems: [] });
    }),
  );
});
