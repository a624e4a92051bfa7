/** The applications whose configuration is known. */
export const appNames = ['vscode', 'codex', 'claude-desktop', 'claude-code', 'cursor', 'gemini'] as const;

export type AppName = (typeof appNames)[number];

export function isAppName(name: string): name is AppName {
  return (appNames as readonly string[]).includes(name);
}

/** What an application needs to reach the gateway as one client. */
export interface Connection {
  /** `http://127.0.0.1:7345/mcp` */
  readonly url: string;
  readonly clientId: string;
  readonly token: string;
}

/** A piece of an application's configuration, whole in itself. */
export interface Snippet {
  /** The application, as its makers write it. */
  readonly title: string;
  /** Where it goes, in words; the files of every platform where they differ. */
  readonly where: string;
  /** The piece, ready to paste, without a newline at the end. */
  readonly text: string;
  /** What the person should know, if anything. */
  readonly note?: string;
}

/**
 * The configuration that an application reads today. Credentials go into headers, which no application writes to a log
 * or sends to another address, and not into the URL.
 */
export function snippetFor(app: AppName, connection: Connection): Snippet {
  return writers[app](connection);
}

const writers: Readonly<Record<AppName, (connection: Connection) => Snippet>> = {
  vscode: (connection) => ({
    title: 'VS Code',
    where: '.vscode/mcp.json in the workspace, or the command "MCP: Open User Configuration"',
    text: json({ servers: { lmcp: { type: 'http', url: connection.url, headers: headers(connection) } } }),
  }),
  codex: (connection) => ({
    title: 'Codex',
    where: '~/.codex/config.toml',
    text: [
      '[mcp_servers.lmcp]',
      `url = ${tomlString(connection.url)}`,
      `http_headers = { ${Object.entries(headers(connection))
        .map(([name, value]) => `${tomlString(name)} = ${tomlString(value)}`)
        .join(', ')} }`,
    ].join('\n'),
  }),
  'claude-desktop': claudeDesktop,
  'claude-code': (connection) => ({
    title: 'Claude Code',
    where: '.mcp.json in the project',
    text: json({ mcpServers: { lmcp: { type: 'http', url: connection.url, headers: headers(connection) } } }),
    note: "The file is usually shared with a team and the token is one person's: keep it out of version control.",
  }),
  cursor: (connection) => ({
    title: 'Cursor',
    where: '~/.cursor/mcp.json, or .cursor/mcp.json in the project',
    text: json({ mcpServers: { lmcp: { url: connection.url, headers: headers(connection) } } }),
  }),
  gemini: (connection) => ({
    title: 'Gemini CLI',
    where: '~/.gemini/settings.json, or .gemini/settings.json in the project',
    // `url` would mean the older SSE transport here.
    text: json({ mcpServers: { lmcp: { httpUrl: connection.url, headers: headers(connection) } } }),
  }),
};

/**
 * Claude Desktop's file starts programs and nothing else, so mcp-remote carries the messages over. On Windows the
 * application breaks arguments at spaces: there is none in them, and the token comes from `env`, which also keeps it
 * out of the list of processes.
 */
function claudeDesktop({ url, clientId, token }: Connection): Snippet {
  const args = ['-y', 'mcp-remote', url, '--transport', 'http-only'];
  args.push('--header', `X-Lmcp-Client-Id:${clientId}`, '--header', 'X-Lmcp-Token:${LMCP_TOKEN}');
  return {
    title: 'Claude Desktop',
    where:
      'claude_desktop_config.json (Settings > Developer > Edit Config): ' +
      'macOS ~/Library/Application Support/Claude/, Windows %APPDATA%\\Claude\\',
    text: json({ mcpServers: { lmcp: { command: 'npx', args, env: { LMCP_TOKEN: token } } } }),
    note: 'Needs Node.js 20 or newer with npx on the PATH. Restart Claude Desktop afterwards.',
  };
}

function headers({ clientId, token }: Connection): Record<string, string> {
  return { 'X-Lmcp-Client-Id': clientId, 'X-Lmcp-Token': token };
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** A basic string of TOML 1.0; its escapes are among JSON's, except for DEL. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}
