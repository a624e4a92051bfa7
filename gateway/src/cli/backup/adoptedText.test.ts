import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { imageInstallation } from '../../registry/container/productImage.ts';
import { adoptedText } from './adoptedText.ts';

const places = { baseDir: '/old/config', checkout: '/old', installation: '/new' };
const timeServer = (place: string): string => join(place, 'gateway/builtin/time-server.mjs');

test('changes paths alone: layout, comments and quotes of the rest stay', () => {
  const text = `# Of the team
servers:
  time: { transport: stdio, command: "node", args: ['${timeServer(imageInstallation)}'] } # told
  files:
    cwd: ../work   # relative
    mounts: [ {source: ./data, target: "/data"}, {source: cache, target: /cache} ]
    tls: &tls { ca_file: "ca.pem" }
    long: a text that is longer than eighty characters, which a rewritten document would break into lines of its own
`;
  const { text: adopted, relative } = adoptedText({ text, ...places });
  expect(relative).toEqual(['cwd: ../work', 'source: ./data', 'ca_file: ca.pem']);
  expect(adopted).toBe(
    text
      .replace(`'${timeServer(imageInstallation)}'`, `"${timeServer('/new')}"`)
      .replace('../work', '"/old/work"')
      .replace('./data', '"/old/config/data"')
      .replace('"ca.pem"', '"/old/config/ca.pem"'),
  );
});

test('returns a registry without such paths byte for byte', () => {
  const text = 'servers: {a:   {command: x, token_file: t, source: /absolute}}\n';
  expect(adoptedText({ text, ...places })).toEqual({ text, relative: [] });
});

test('every style of a scalar gets the new value, and nothing else another', () => {
  const styles = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), styles, fc.boolean(), (name, type, isFlow) => {
      const value = { servers: { a: { cwd: `sub/${name}`, env: { A: name } } } };
      const text = stringify(value, { defaultStringType: type, ...(isFlow && { collectionStyle: 'flow' }) });
      // The library loses a space or two where it writes some strings as blocks.
      const written = parse(text) as typeof value;
      written.servers.a.cwd = resolve('/old/config', written.servers.a.cwd);
      expect(parse(adoptedText({ text, ...places }).text)).toEqual(written);
    }),
  );
});
