import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../connect/applications/application.ts';
import { applications } from '../connect/applications/applications.ts';
import { editFile } from '../connect/edit/editFile.ts';
import { readConfiguration } from './readConfiguration.ts';

function named(text: string): Record<string, Entry> {
  const read = readConfiguration(text);
  if (!read.ok) throw new Error(read.message);
  return Object.fromEntries(read.servers.map(({ name, entry }) => [name, entry]));
}

const github = { command: 'npx', args: ['-y', 'github-mcp'] };

describe('readConfiguration', () => {
  test.each(applications.map((application) => [application.name, application] as const))(
    'finds the servers of %s',
    (_, { format, place }) => {
      const result = editFile(format, '', { place, name: 'github', entry: github });
      if (!result.ok) throw new Error(result.message);
      expect(named(result.text)['github']).toMatchObject(github);
    },
  );

  test.each([
    [
      'comments, trailing commas and a byte order mark',
      '\uFEFF// mine\n{"mcpServers": {"github": {"command": "npx", "args": ["-y", "github-mcp"],},},}',
    ],
    [
      'older settings of VS Code',
      '{"mcp": {"servers": {"github": {"command": "npx", "args": ["-y", "github-mcp"]}}}}',
    ],
    [
      'a workspace file',
      '{"settings": {"mcp": {"servers": {"github": {"command": "npx", "args": ["-y", "github-mcp"]}}}}}',
    ],
    ['a map of servers alone', '{"github": {"command": "npx", "args": ["-y", "github-mcp"]}}'],
    ['a member cut from a file', '"github": {"command": "npx", "args": ["-y", "github-mcp"]}'],
    ['one server alone', '{"name": "github", "command": "npx", "args": ["-y", "github-mcp"]}'],
    [
      'a catalog of Docker',
      'registry:\n  github:\n    image: mcp/github\n    command: npx\n    args: ["-y", "github-mcp"]\n',
    ],
    ['TOML', '[mcp_servers.github]\ncommand = "npx"\nargs = ["-y", "github-mcp"]\n'],
    ['YAML', 'mcpServers:\n  - name: github\n    command: npx\n    args: ["-y", "github-mcp"]\n'],
  ])('reads %s', (_, text) => {
    expect(named(text)['github']).toMatchObject(github);
  });

  test('tells the servers of projects from the person’s own', () => {
    const text = JSON.stringify({
      mcpServers: { own: github },
      projects: { '/src/app': { mcpServers: { local: github } }, '/src/none': {} },
    });
    const read = readConfiguration(text);
    expect(read.ok && read.servers.map(({ name, project }) => [name, project])).toEqual([
      ['own', null],
      ['local', '/src/app'],
    ]);
  });

  test('finds nothing in a file without servers, and says what is no configuration', () => {
    expect(readConfiguration('{"theme": "dark"}')).toEqual({ ok: true, servers: [] });
    expect(readConfiguration('{"mcpServers": {')).toMatchObject({ ok: false });
    expect(readConfiguration('hello')).toMatchObject({ ok: false });
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void readConfiguration(text)));
    fc.assert(fc.property(fc.json(), (text) => void readConfiguration(text)));
  });
});
