import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appNames, snippetFor, type Connection } from './apps.ts';

const connection: Connection = { url: 'http://127.0.0.1:7345/mcp', clientId: 'vscode', token: 'T0ken_-x' };
const parsed = (app: Exclude<(typeof appNames)[number], 'codex'>, given = connection): unknown =>
  JSON.parse(snippetFor(app, given).text);
const headers = { 'X-Lmcp-Client-Id': 'vscode', 'X-Lmcp-Token': 'T0ken_-x' };

describe('snippetFor', () => {
  it('writes what each application reads', () => {
    const { url } = connection;
    expect(parsed('vscode')).toEqual({ servers: { lmcp: { type: 'http', url, headers } } });
    expect(parsed('claude-code')).toEqual({ mcpServers: { lmcp: { type: 'http', url, headers } } });
    expect(parsed('cursor')).toEqual({ mcpServers: { lmcp: { url, headers } } });
    expect(parsed('gemini')).toEqual({ mcpServers: { lmcp: { httpUrl: url, headers } } });
    expect(snippetFor('codex', connection).text).toBe(
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
    const token = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\n', "'", '${X}', '\u007f'));
    fc.assert(
      fc.property(fc.constantFrom(...appNames), token, (app, value) => {
        const { text } = snippetFor(app, { ...connection, token: value });
        expect(text).toContain('http://127.0.0.1:7345/mcp"');
        if (app === 'codex') expect(text.split('\n')).toHaveLength(3);
        else expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(value));
      }),
    );
  });
});
