import fc from 'fast-check';
import type { Format, Place } from '../applications/application.ts';
import { byHandJson } from './byHandJson.ts';
import { byHandToml } from './byHandToml.ts';
import { byHandYaml } from './byHandYaml.ts';
import { numbered } from './remark.ts';

/** A valid file as a person may have left it: comments in any place, odd white space, its line ends, its end. */
export interface WrittenByHand {
  readonly text: string;
  /** Names of the servers in it; undefined where it has no place for servers yet. */
  readonly servers: readonly string[] | undefined;
}

const writers = { json: byHandJson, toml: byHandToml, yaml: byHandYaml };

/** Files of a format whose servers are at that place, with line ends of either kind, with or without a byte order mark and a last line end. */
export function writtenByHand(format: Format, place: Place): fc.Arbitrary<WrittenByHand> {
  const servers = fc.option(fc.uniqueArray(serverName, { minLength: 1, maxLength: 3 }), {
    nil: undefined,
    freq: 4,
  });
  const ends = fc.record({ crlf: fc.boolean(), mark: fc.boolean(), lastEnd: fc.boolean() });
  return fc
    .tuple(servers, ends)
    .chain(([names, end]) =>
      writers[format](place, names).map((text) => ({ text: ended(numbered(text), end), servers: names })),
    );
}

/** Without `.`, `"` and the like in three of four; those need quotes in every format. */
const serverName = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/).filter((name) => name !== 'lmcp') },
  fc.constantFrom('a.b', 'my server', 'é', 'x"y', 'lmcp.env', '[lmcp]', '# no'),
);

function ended(text: string, end: { crlf: boolean; mark: boolean; lastEnd: boolean }): string {
  const whole = end.lastEnd ? text : text.replace(/\n+$/, '');
  return (end.mark ? '\uFEFF' : '') + (end.crlf ? whole.replaceAll('\n', '\r\n') : whole);
}
