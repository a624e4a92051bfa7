import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { atScale } from '../../../e2e/harness/atScale.ts';
import { isRawJson } from './losslessNumber.ts';
import { LosslessReader, maxJsonDepth, readInSlices, sliceLength } from './losslessReader.ts';

// The long run reads 100,000 documents a test.
vi.setConfig({ testTimeout: 600_000 });

function read(text: string, slice = Infinity): { readonly value: unknown; readonly slices: number } {
  const reader = new LosslessReader(text);
  let slices = 1;
  while (!reader.read(slice)) slices++;
  return { value: reader.value, slices };
}

/** What JSON.parse makes of it, or that it rejects it. */
function native(text: string): unknown {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return 'rejected';
  }
}

function ours(text: string, slice?: number): unknown {
  try {
    return { value: withDoubles(read(text, slice).value) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return 'rejected';
  }
}

/** Kept numbers as the doubles that JSON.parse gives. */
function withDoubles(value: unknown): unknown {
  if (isRawJson(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) return value.map(withDoubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withDoubles(one)]));
}

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?$/),
);
const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const strings = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.stringMatching(/^"(\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]|[a-z]){0,8}"$/),
);
/**
 * Without a backslash in what they mean: JSON.parse of V8 (Node 24) takes an escaped key of one character, such as a line feed, for
 * a backslash once an object has had a backslash for the key in that place.
 */
const keys = strings.filter((text) => !(JSON.parse(text) as string).includes('\\'));
const { document } = fc.letrec<{ document: string }>((tie) => ({
  document: fc
    .tuple(
      space,
      fc.oneof(
        { maxDepth: 4 },
        fc.oneof(numbers, strings, fc.constantFrom('true', 'false', 'null')),
        fc.array(tie('document'), { maxLength: 5 }).map((all) => `[${all.join(',')}]`),
        fc
          .array(fc.tuple(fc.oneof(keys, fc.constant('"__proto__"')), tie('document')), { maxLength: 5 })
          .map((all) => `{${all.map((pair) => pair.join(':')).join(',')}}`),
      ),
      space,
    )
    .map((parts) => parts.join('')),
}));

test('reads every document as JSON.parse does, whatever the slices', () => {
  const slice = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(document, slice, (text, size) => {
      expect(ours(text, size)).toEqual(native(text));
    }),
    { numRuns: atScale(3_000, 100_000) },
  );
});

test('accepts and rejects what JSON.parse does, whatever is cut out of a document or put into it', () => {
  const change = fc.tuple(
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', '"', '\\', ',', ':', '{', ']', '0', '-', 'e', '.', '\n', '\u0001', 't'),
  );
  fc.assert(
    fc.property(document, change, (text, [at, cut, put]) => {
      const place = at % (text.length + 1);
      const changed = text.slice(0, place) + put + text.slice(place + cut);
      expect(ours(changed)).toEqual(native(changed));
    }),
    { numRuns: 5_000 },
  );
});

test('keeps the digits of every number', () => {
  fc.assert(
    fc.property(fc.array(numbers), (all) => {
      const text = `[${all.join(',')}]`;
      expect(JSON.stringify(read(text).value)).toBe(text);
    }),
  );
});

test('accepts what a lossless reader of JSON.parse keeps, with the same text', () => {
  fc.assert(
    fc.property(document, (text) => {
      const parse = JSON.parse as (
        text: string,
        reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
      ) => unknown;
      const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };
      const reference = parse(text, (_key, value, { source }) =>
        typeof value === 'number' && source !== undefined && String(value) !== source
          ? rawJSON(source)
          : value,
      );
      expect(JSON.stringify(read(text).value)).toBe(JSON.stringify(reference));
    }),
    { numRuns: atScale(2_000, 100_000) },
  );
});

test('16 MiB of numbers are read in slices, with a turn of the event loop after each', async () => {
  const text = `[${'1e1,'.repeat(4 * 1024 * 1024 - 2)}1]`;
  let turns = 0;
  const value = await readInSlices(text, () => Promise.resolve(turns++));
  expect(value).toHaveLength(4 * 1024 * 1024 - 1);
  expect(turns).toBe(Math.floor(text.length / sliceLength));
});

test('white space is cut into slices too', () => {
  const text = `[${' '.repeat(1_000)}]`;
  expect(read(text, 100)).toEqual({ value: [], slices: 11 });
});

test('nesting too deep to walk is an error', () => {
  const deep = '['.repeat(maxJsonDepth + 1);
  expect(() => read(deep)).toThrow(`nested deeper than ${maxJsonDepth} levels`);
});
