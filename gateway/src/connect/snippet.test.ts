import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from './applications/application.ts';
import { applicationNamed, applications } from './applications/applications.ts';
import { readFile } from './edit/editFile.ts';
import { snippetFor, type Snippet } from './snippet.ts';

const connection: Connection = { url: 'http://127.0.0.1:7345/mcp', clientId: 'vscode', token: 'T0ken_-x' };
function snippet(name: string): Snippet {
  const application = applicationNamed(name);
  if (application === undefined) throw new Error(`no application ${name}`);
  return snippetFor(application, connection, 'linux');
}
const parsed = (name: string): unknown => JSON.parse(snippet(name).text);
const headers = { 'X-Lmcp-Client-Id': 'vscode', 'X-Lmcp-Token': 'T0ken_-x' };

describe('snippetFor', () => {
  it('writes what each application reads', () => {
    const { url } = connection;
    expect(parsed('vscode')).toEqual({ servers: { lmcp: { type: 'http', url, headers } } });
    expect(parsed('claude-code')).toEqual({ mcpServers: { lmcp: { type: 'http', url, headers } } });
    expect(parsed('cursor')).toEqual({ mcpServers: { lmcp: { url, headers } } });
    expect(parsed('gemini')).toEqual({ mcpServers: { lmcp: { httpUrl: url, headers } } });
    expect(snippet('codex').text).toBe(
      '[mcp_servers.lmcp]\nurl = "http://127.0.0.1:7345/mcp"\n' +
        'http_headers = { "X-Lmcp-Client-Id" = "vscode", "X-Lmcp-Token" = "T0ken_-x" }',
    );
  });

  it('gives Claude Desktop arguments without a space and without the token', () => {
    const { mcpServers } = parsed('claude-desktop') as {
      mcpServers: { lmcp: { command: string; args: string[]; env: Record<string, string> } };
    };
    expect(mcpServers.lmcp.command).toBe('npx');
    expect(mcpServers.lmcp.args.filter((argument) => /\s|T0ken/.test(argument))).toEqual([]);
    expect(mcpServers.lmcp.args).toContain('X-Lmcp-Token:${LMCP_TOKEN}');
    expect(mcpServers.lmcp.env).toEqual({ LMCP_TOKEN: 'T0ken_-x' });
  });

  it('never puts the token into a URL, and keeps the syntax whole with any token', () => {
    // A header's value holds no line break (RFC 9110, section 5.5).
    const token = fc.oneof(fc.string(), fc.constantFrom('"', '\\', "'", '${X}', '\u007f'));
    fc.assert(
      fc.property(fc.constantFrom(...applications), token, (application, value) => {
        const { text } = snippetFor(application, { ...connection, token: value });
        const read = readFile(application.format, text);
        if (!read.ok) throw new Error(`${application.name}: ${read.message}`);
        const strings = stringsIn(read.value);
        expect(strings).toContain('http://127.0.0.1:7345/mcp');
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
