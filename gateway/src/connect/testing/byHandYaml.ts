import fc from 'fast-check';
import type { Place } from '../applications/application.ts';
import { remark, unmarked } from './remark.ts';

/** A line without content: a comment may be indented in any way. */
const pause = fc
  .array(
    fc.oneof(
      fc.constantFrom('', '  '),
      remark.map((text) => `# ${text}`),
      remark.map((text) => `   # ${text}`),
    ),
    {
      maxLength: 2,
    },
  )
  .map((lines) => lines.map((line) => `${line}\n`).join(''));
const lineEnd = fc
  .oneof(
    { weight: 2, arbitrary: fc.constantFrom('', ' ') },
    remark.map((text) => ` # ${text}`),
  )
  .map((text) => `${text}\n`);

const scalar = fc.constantFrom(
  'plain',
  "'it''s # text'",
  '"a: \\"b\\" # c"',
  'null',
  '12',
  '[a, "b]", {c: d}]',
  '{a: "}"}',
  '&anchor text',
);

/** Maps and lists in block style, and the values in any style. */
export function byHandYaml(place: Place, servers: readonly string[] | undefined): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(2, 3, 4), fc.constantFrom(0, 2)).chain(([step, dash]) => {
    const depth = place.path.length;
    const inner = (servers ?? []).map((name) =>
      place.kind === 'list' ? item(name, dash + step * (depth - 1)) : named(name, step * depth, step),
    );
    const keys = place.path.map((key, at) =>
      joined(pause, fc.constant(`${' '.repeat(step * at)}${key}:`), lineEnd),
    );
    const branch = servers === undefined ? [] : [...keys, ...inner];
    return joined(head, pause, pair('first', 0), ...branch, pair('model', 0), block, pause);
  });
}

const head = fc.constantFrom('', '---\n', '%YAML 1.2\n---\n');
const block = fc.constantFrom(
  '',
  'notes: |\n  # no comment\n  - name: lmcp\n',
  'notes: >-\n  a\n\n  b\nlast: 1\n',
);

function item(name: string, indent: number): fc.Arbitrary<string> {
  const dash = fc.constant(`${' '.repeat(indent)}- name: ${JSON.stringify(name)}`);
  const lines = joined(dash, lineEnd, pair('command', indent + 2), maybe(pair('env', indent + 2)));
  return joined(pause, lines.map(unmarked));
}

function named(name: string, indent: number, step: number): fc.Arbitrary<string> {
  const key = fc.constant(
    `${' '.repeat(indent)}${/^[a-z0-9_-]+$/.test(name) ? name : JSON.stringify(name)}:`,
  );
  const lines = joined(key, lineEnd, pair('cmd', indent + step), maybe(pair('env', indent + step)));
  return joined(pause, lines.map(unmarked));
}

function pair(key: string, indent: number): fc.Arbitrary<string> {
  return joined(pause, fc.constant(`${' '.repeat(indent)}${key}: `), scalar, lineEnd);
}

function maybe(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.option(part, { nil: '' });
}

function joined(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}
