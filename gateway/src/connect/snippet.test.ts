import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRegistry } from '../import/toRegistry.ts';
import { entryFor, type Connection } from './applications/application.ts';
import { applicationNamed, applications } from './applications/applications.ts';
import { readFile } from './edit/editFile.ts';
import { snippetFor, type Snippet } from './snippet.ts';

const bridge = { program: '/usr/bin/node', args: ['/opt/lmcp.mjs', 'stdio', '--client', 'vscode'], env: {} };
const url = 'http://127.0.0.1:7345/mcp';
const connection: Connection = { url, clientId: 'vscode', token: 'T0ken_-x', bridge };
function snippet(name: string): Snippet {
  const application = applicationNamed(name);
  if (application === undefined) throw new Error(`no application ${name}`);
  return snippetFor(application, connection, 'linux');
}
const parsed = (name: string): unknown => JSON.parse(snippet(name).text);
const headers = { 'X-Lmcp-Client-Id': 'vscode', 'X-Lmcp-Token': 'T0ken_-x' };

describe('snippetFor', () => {
  it('writes what each application reads', () => {
    expect(parsed('vscode')).toEqual({ servers: { lmcp: { type: 'http', url, headers } } });
    expect(parsed('claude-code')).toEqual({ mcpServers: { lmcp: { type: 'http', url, headers } } });
    expect(parsed('cursor')).toEqual({ mcpServers: { lmcp: { url, headers } } });
    expect(parsed('gemini')).toEqual({ mcpServers: { lmcp: { httpUrl: url, headers } } });
    expect(snippet('codex').text).toBe(
      '[mcp_servers.lmcp]\nurl = "http://127.0.0.1:7345/mcp"\n' +
        'http_headers = { "X-Lmcp-Client-Id" = "vscode", "X-Lmcp-Token" = "T0ken_-x" }',
    );
  });

  it('has an application that only starts commands start the bridge', () => {
    expect(parsed('claude-desktop')).toEqual({
      mcpServers: { lmcp: { command: bridge.program, args: bridge.args } },
    });
  });

  it('writes the bridge for every application in a form that an import reads back', () => {
    for (const application of applications) {
      const entry = entryFor(
        application,
        { ...connection, bridge: { ...bridge, env: { LMCP_TOKEN: 't' } } },
        true,
      );
      expect(toRegistry(entry, {})).toMatchObject({
        ok: true,
        server: { transport: 'stdio', command: bridge.program, args: bridge.args, env: { LMCP_TOKEN: 't' } },
      });
    }
  });

  it('makes links that hold the entry', () => {
    const linkOf = (name: string): string => {
      const application = applicationNamed(name);
      return application?.link?.(entryFor(application, connection)) ?? '';
    };
    const vscode = new URL(linkOf('vscode'));
    expect([vscode.protocol, vscode.pathname]).toEqual(['vscode:', 'mcp/install']);
    expect(JSON.parse(decodeURIComponent(vscode.search.slice(1)))).toEqual({
      name: 'lmcp',
      type: 'http',
      url,
      headers,
    });
    const cursor = new URL(linkOf('cursor'));
    expect(cursor.searchParams.get('name')).toBe('lmcp');
    expect(JSON.parse(atob(cursor.searchParams.get('config') ?? ''))).toEqual({ url, headers });
  });

  it('never puts the token into a URL, and keeps the syntax whole with any token', () => {
    // A header's value holds no line break (RFC 9110, section 5.5).
    const token = fc.oneof(fc.string(), fc.constantFrom('"', '\\', "'", '${X}', '\u007f'));
    fc.assert(
      fc.property(fc.constantFrom(...applications), token, (application, value) => {
        const text = snippetFor(application, {
          ...connection,
          token: value,
          bridge: { ...bridge, env: { LMCP_TOKEN: value } },
        }).text;
        const read = readFile(application.format, text);
        if (!read.ok) throw new Error(`${application.name}: ${read.message}`);
        const strings = stringsIn(read.value);
        expect(strings).toContain(application.entry === undefined ? bridge.program : url);
        expect(strings).toContain(value);
      }),
    );
  });

  it('says where the file is on each platform', () => {
    expect(snippet('codex').where).toBe('~/.codex/config.toml, or .codex/config.toml in the project');
    const desktop = applicationNamed('claude-desktop');
    if (desktop === undefined) throw new Error('claude-desktop');
    expect(snippetFor(desktop, connection, 'darwin').where).toContain(
      '~/Library/Application Support/Claude/claude_desktop_config.json',
    );
    expect(snippetFor(desktop, connection, 'win32').where).toContain(
      'AppData\\Roaming\\Claude\\claude_desktop_config.json',
    );
  });
});

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
