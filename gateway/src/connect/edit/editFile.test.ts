import fc from 'fast-check';
import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { stringify as stringifyYaml } from 'yaml';
import type { Entry, Format, Place } from '../applications/application.ts';
import { editFile, entriesOf, readFile } from './editFile.ts';

const servers: Place = { path: ['mcpServers'], kind: 'map' };
const entry: Entry = { url: 'http://127.0.0.1:7345/mcp', headers: { 'X-Lmcp-Token': 'a"b\\c' } };

function edited(format: Format, text: string, wanted: Entry | null = entry, place = servers): string {
  const result = editFile(format, text, { place, name: 'lmcp', entry: wanted });
  if (!result.ok) throw new Error(result.message);
  return result.text;
}

describe('JSON', () => {
  test('keeps comments, trailing commas, tabs and line ends', () => {
    const text =
      '// mine\r\n{\r\n\t"mcpServers": {\r\n\t\t/* one */\r\n\t\t"a": { "command": "a" }, // first\r\n\t},\r\n\t"x": 1, // last\r\n}\r\n';
    const result = edited('json', text);
    for (const part of ['// mine', '/* one */', '// first', '// last', '\t\t"a": { "command": "a" }'])
      expect(result).toContain(part);
    expect(result.replaceAll('\r\n', '')).not.toContain('\n');
    expect(result).toContain('{\r\n\t\t"lmcp": {\r\n\t\t\t"url"');
    expect(edited('json', result, null)).toBe(text);
  });

  test('writes a whole file where there is none, and the branch where it is missing or null', () => {
    expect(edited('json', '')).toBe(`${JSON.stringify({ mcpServers: { lmcp: entry } }, null, 2)}\n`);
    expect(JSON.parse(edited('json', '{"mcpServers": null, "b": 2}'))).toEqual({
      mcpServers: { lmcp: entry },
      b: 2,
    });
  });

  test('keeps a byte order mark', () => {
    expect(edited('json', '\uFEFF{}').startsWith('\uFEFF{')).toBe(true);
  });

  test('replaces an entry of the same name as a whole, and removes it', () => {
    const text = '{"mcpServers": {"lmcp": {"command": "old", "env": {"A": "b"}}, "b": {}}}';
    expect(JSON.parse(edited('json', text))).toEqual({ mcpServers: { lmcp: entry, b: {} } });
    expect(JSON.parse(edited('json', text, null))).toEqual({ mcpServers: { b: {} } });
  });

  test('takes a literal dot in a key for what it is', () => {
    const place: Place = { path: ['amp.mcpServers'], kind: 'map' };
    expect(JSON.parse(edited('json', '{"amp": {"mcpServers": 1}}', entry, place))).toEqual({
      amp: { mcpServers: 1 },
      'amp.mcpServers': { lmcp: entry },
    });
  });

  test.each([
    ['{"mcpServers": {', /not valid JSON: \w+ in line 1, column \d+/],
    ['{"mcpServers": []}', /"mcpServers" is not a map of servers/],
    ['{"mcpServers": {}, "mcpServers": {}}', /"mcpServers" appears twice/],
    ['[]', /the top of the file is not an object/],
  ])('rejects %s', (text, message) => {
    const result = editFile('json', text, { place: servers, name: 'lmcp', entry });
    expect(result).toMatchObject({ ok: false, message: expect.stringMatching(message) as unknown });
  });
});

describe('TOML', () => {
  const place: Place = { path: ['mcp_servers'], kind: 'map' };
  const text = [
    '# top',
    'model = "gpt" # mine',
    'notes = """',
    '[mcp_servers.lmcp]',
    '"""',
    '',
    '[mcp_servers.lmcp]',
    'command = "old"',
    '[mcp_servers.lmcp.env]',
    'A = "b"',
    '',
    '# the other one',
    '[mcp_servers."b.c"]',
    'args = [',
    '  "[x]", # in a list',
    ']',
    '',
  ].join('\n');

  test('replaces the table with its sub-tables and nothing else', () => {
    const result = edited('toml', text, { url: 'u', http_headers: { 'X-A': '1' } }, place);
    expect(result).toBe(
      text.replace(
        '[mcp_servers.lmcp]\ncommand = "old"\n[mcp_servers.lmcp.env]\nA = "b"\n',
        '[mcp_servers.lmcp]\nurl = "u"\nhttp_headers = { "X-A" = "1" }\n',
      ),
    );
  });

  test('removes it and keeps the comment of the next table', () => {
    const result = edited('toml', text, null, place);
    expect(result).toContain('"""\n\n\n# the other one\n[mcp_servers."b.c"]');
    expect(result).toContain('notes = """\n[mcp_servers.lmcp]\n"""');
  });

  test('rejects an entry that is inline', () => {
    expect(
      editFile('toml', 'mcp_servers = { lmcp = { url = "x" } }\n', { place, name: 'lmcp', entry }),
    ).toMatchObject({ ok: false });
  });

  test('edits lists of tables by name', () => {
    const list: Place = { path: ['mcp_servers'], kind: 'list' };
    const before = '[[mcp_servers]]\nname = "a"\n[[mcp_servers]]\nname = "lmcp"\nurl = "old"\n';
    expect(parseToml(edited('toml', before, { url: 'u' }, list))).toEqual({
      mcp_servers: [{ name: 'a' }, { name: 'lmcp', url: 'u' }],
    });
    expect(parseToml(edited('toml', before, null, list))).toEqual({ mcp_servers: [{ name: 'a' }] });
    expect(parseToml(edited('toml', '', { url: 'u' }, list))).toEqual({
      mcp_servers: [{ name: 'lmcp', url: 'u' }],
    });
  });
});

describe('YAML', () => {
  test('keeps comments, in maps and in lists', () => {
    const text = '# top\nextensions:\n  a: {enabled: true} # on\nname: x # mine\n';
    const place: Place = { path: ['extensions'], kind: 'map' };
    const result = edited('yaml', text, { uri: 'u' }, place);
    for (const part of ['# top', '# on', '# mine']) expect(result).toContain(part);
    const list = '# top\nmcpServers:\n  # one\n  - name: a\n    command: x # run\nname: y\n';
    const listed = edited('yaml', list, { url: 'u' }, { path: ['mcpServers'], kind: 'list' });
    expect(listed).toBe(list.replace('name: y', '  - name: lmcp\n    url: u\nname: y'));
    expect(edited('yaml', listed, null, { path: ['mcpServers'], kind: 'list' })).toBe(list);
  });
});

const key = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_.-]{0,6}$/), fc.constantFrom('lmcp', 'a b', 'é'));
const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }));
const anEntry = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, fc.string(), { maxKeys: 3 })), {
  minKeys: 1,
  maxKeys: 4,
  noNullPrototype: true,
});
const documents = fc.record({
  others: fc.dictionary(key, leaf, { maxKeys: 4, noNullPrototype: true }),
  present: fc.dictionary(key, anEntry, { maxKeys: 4, noNullPrototype: true }),
});
const writers: Record<Format, (value: unknown) => string> = {
  json: (value) => JSON.stringify(value, null, 2),
  toml: stringifyToml,
  yaml: (value) => stringifyYaml(value),
};

describe.each(['json', 'toml', 'yaml'] as const)('any %s file', (format) => {
  test('has the entry afterwards and everything else as before; a second edit takes it away again', () => {
    fc.assert(
      fc.property(documents, anEntry, ({ others, present }, wanted) => {
        const before = { ...others, mcpServers: present };
        const text = writers[format](before);
        const changed = editFile(format, text, { place: servers, name: 'lmcp', entry: wanted });
        if (!changed.ok) throw new Error(`${changed.message}\n${text}`);
        const read = readFile(format, changed.text);
        if (!read.ok) throw new Error(read.message);
        expect({ ...entriesOf(read.value, servers).get('lmcp') }).toEqual(wanted);
        const back = editFile(format, changed.text, { place: servers, name: 'lmcp', entry: null });
        const { lmcp: _, ...kept } = present;
        const wantedBack = { ...others, ...(Object.keys(kept).length > 0 && { mcpServers: kept }) };
        if (!back.ok) throw new Error(back.message);
        const value = readFile(format, back.text);
        const { mcpServers, ...rest } = (value.ok ? value.value : {}) as Record<string, unknown>;
        const empty = Object.keys(mcpServers ?? {}).length === 0;
        expect(JSON.parse(JSON.stringify({ ...rest, ...(!empty && { mcpServers }) }))).toEqual(
          JSON.parse(JSON.stringify(wantedBack)),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('never becomes invalid, whatever the text was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{ } [ ] " : , \n # / * \' = . - a b 1'.split(' '), ' ') }),
        (text) => {
          const result = editFile(format, text, { place: servers, name: 'lmcp', entry });
          if (result.ok) expect(readFile(format, result.text).ok).toBe(true);
        },
      ),
    );
  });
});
