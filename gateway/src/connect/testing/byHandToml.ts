import fc from 'fast-check';
import type { Place } from '../applications/application.ts';
import { tomlKey } from '../edit/tomlText.ts';
import { remark, unmarked } from './remark.ts';

const blank = fc.constantFrom('', ' ', '\t');
const comment = fc.tuple(blank, remark).map(([space, text]) => `${space}# ${text}`);
const lineEnd = fc.oneof({ weight: 2, arbitrary: blank }, comment).map((text) => `${text}\n`);
/** Lines without a statement. */
const pause = fc
  .array(fc.oneof(blank, comment), { maxLength: 3 })
  .map((lines) => lines.map((l) => `${l}\n`).join(''));

const value = fc.constantFrom(
  '"text # no comment"',
  "'[mcp_servers.lmcp]'",
  '"""\n[mcp_servers.lmcp]\n\\"""\nurl = ""\n"""',
  "'''\n[[mcp_servers]]\nname = \"lmcp\" '' '''",
  '""""quoted""""',
  '[\n  "[x]", # "in a list\n  [1, 2], # ]\n]',
  '{ a = "}", b = [1] }',
  '1979-05-27 07:32:00Z',
  '0x1F',
  'true',
);

/** Tables as people write them: spaces in headers, sub-tables, comments anywhere a line ends. */
export function byHandToml(place: Place, servers: readonly string[] | undefined): fc.Arbitrary<string> {
  const tables = (servers ?? []).map((name) => serverTable(place, name));
  return joined(pause, assignments(['model', 'notes']), ...tables, otherTable);
}

const otherTable = joined(
  pause,
  fc.constantFrom('[ other ]', '\t[other]', '["oth.er".b]'),
  lineEnd,
  assignments(['x']),
);

function serverTable({ path, kind }: Place, name: string): fc.Arbitrary<string> {
  const keys = path.map(tomlKey);
  const dot = fc.constantFrom('.', ' . ', '.\t');
  const header = (parts: readonly string[], list: boolean): fc.Arbitrary<string> =>
    joined(
      blank,
      dot.map((d) => (list ? `[[ ${parts.join(d)} ]]` : `[${parts.join(d)}]`)),
      lineEnd,
    );
  const own = kind === 'list' ? keys : [...keys, tomlKey(name)];
  const named = kind === 'list' ? fc.constant(`name = ${JSON.stringify(name)}\n`) : fc.constant('');
  const table = joined(
    ...[header(own, kind === 'list'), pause, named, assignments(['command'])],
    maybe(joined(pause, header([...own, 'env'], false), assignments(['A']))),
  );
  return joined(pause, table.map(unmarked));
}

function assignments(names: readonly string[]): fc.Arbitrary<string> {
  const equals = fc.constantFrom('=', ' = ', '\t=\t');
  return joined(...names.map((name) => joined(pause, blank, fc.constant(name), equals, value, lineEnd)));
}

function maybe(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.option(part, { nil: '' });
}

function joined(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}
