import fc from 'fast-check';
import type { Place } from '../applications/application.ts';
import { remark, unmarked } from './remark.ts';

/** White space and comments, as they may be between any two tokens. */
const between = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(' ', '\n', '\t', '\n    ') },
      remark.map((text) => `// ${text}\n`),
      remark.map((text) => `/* ${text} */`),
    ),
    { maxLength: 3 },
  )
  .map((parts) => parts.join(''));

/** The same within a property, up to its comma. */
const own = between.map(unmarked);

const scalar = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('// no comment', '/* nor', '},{', 'a"b\\', ',', 1, 1.5, true, null),
);

type Member = readonly [name: string, value: fc.Arbitrary<string>];

/** An object of JSON with comments and trailing commas. */
export function byHandJson(place: Place, servers: readonly string[] | undefined): fc.Arbitrary<string> {
  const entries = servers?.map((name): Member => [
    name,
    object([
      ['command', text],
      ['args', list],
    ]).map(unmarked),
  ]);
  const branch = entries === undefined ? [] : [nested(place.path, object(entries))];
  const root = object([['first', text], ...branch, ['model', list]]);
  return fc.tuple(between, root, between).map((parts) => `${parts.join('')}\n`);
}

const text = scalar.map((value) => JSON.stringify(value));
const list = sequence(
  '[',
  fc.array(text, { maxLength: 3 }).map((items) => items.map((item) => [item])),
  ']',
);

function nested([key = '', ...below]: readonly string[], inner: fc.Arbitrary<string>): Member {
  return [key, below.length === 0 ? inner : object([nested(below, inner)])];
}

function object(members: readonly Member[]): fc.Arbitrary<string> {
  const written = members.map(([name, value]) =>
    fc.tuple(fc.constant(JSON.stringify(name)), own, fc.constant(':'), own, value),
  );
  return sequence('{', fc.tuple(...written), '}');
}

/** Parts in brackets, with a comma after the last one or without. */
function sequence(
  open: string,
  parts: fc.Arbitrary<readonly (readonly string[])[]>,
  close: string,
): fc.Arbitrary<string> {
  return parts.chain((items) =>
    fc
      .tuple(
        fc.array(between, { minLength: items.length * 2 + 1, maxLength: items.length * 2 + 1 }),
        fc.boolean(),
      )
      .map(([spaces, trailing]) => {
        const inner = items.map((item, at) => {
          const comma = at < items.length - 1 || trailing ? ',' : '';
          return (spaces[at * 2] ?? '') + item.join('') + unmarked(spaces[at * 2 + 1] ?? '') + comma;
        });
        return open + inner.join('') + (spaces.at(-1) ?? '') + close;
      }),
  );
}
