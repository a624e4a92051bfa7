import type { Application } from './application.ts';
import { hasAny, headersOf, remote, started } from './entries.ts';
import { inConfigFolder, inDotConfig, inHome, inMovable, joinOn } from './platform.ts';

const map = (...path: string[]) => ({ path, kind: 'map' }) as const;

/** Agents on the command line. */
export const agents: readonly Application[] = [
  {
    name: 'codex',
    title: 'Codex',
    format: 'toml',
    place: map('mcp_servers'),
    userFiles: (platform) => [inMovable(platform, 'CODEX_HOME', '.codex', 'config.toml')],
    projectFiles: ['.codex/config.toml'],
    entry: (connection) => ({ url: connection.url, http_headers: headersOf(connection) }),
  },
  {
    name: 'claude-code',
    title: 'Claude Code',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => {
      const moved = platform.env['CLAUDE_CONFIG_DIR'] ?? '';
      return [moved === '' ? inHome(platform, '.claude.json') : joinOn(platform, moved, '.claude.json')];
    },
    projectFiles: ['.mcp.json'],
    entry: remote({ type: 'http' }),
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inHome(platform, '.gemini', 'settings.json')],
    projectFiles: ['.gemini/settings.json'],
    // `url` means the older SSE transport here.
    entry: remote({}, 'httpUrl'),
    // https://geminicli.com/docs/reference/configuration/
    variables: 'dollar',
  },
  {
    name: 'copilot',
    title: 'Copilot CLI',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inMovable(platform, 'COPILOT_HOME', '.copilot', 'mcp-config.json')],
    projectFiles: ['.mcp.json'],
    entry: (connection) => ({ ...remote({ type: 'http' })(connection), tools: ['*'] }),
    starts: (command) => ({ ...started({ type: 'local' })(command), tools: ['*'] }),
  },
  {
    name: 'cline-cli',
    title: 'Cline CLI',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [
      inMovable(platform, 'CLINE_DATA_DIR', '.cline/data', 'settings', 'cline_mcp_settings.json'),
    ],
    projectFiles: [],
    entry: remote({ type: 'streamableHttp' }),
  },
  {
    name: 'opencode',
    title: 'OpenCode',
    format: 'json',
    place: map('mcp'),
    userFiles: (platform) => [
      inDotConfig(platform, 'opencode', 'opencode.json'),
      inDotConfig(platform, 'opencode', 'opencode.jsonc'),
    ],
    projectFiles: ['opencode.json', 'opencode.jsonc'],
    entry: remote({ type: 'remote' }),
    starts: ({ program, args, env }) => ({
      type: 'local',
      command: [program, ...args],
      ...(hasAny(env) && { environment: env }),
    }),
  },
  {
    name: 'goose',
    title: 'Goose',
    format: 'yaml',
    place: map('extensions'),
    userFiles: (platform) => [
      platform.os === 'win32'
        ? inConfigFolder(platform, 'Block', 'goose', 'config', 'config.yaml')
        : inDotConfig(platform, 'goose', 'config.yaml'),
    ],
    projectFiles: [],
    entry: (connection) => ({
      name: 'lmcp',
      enabled: true,
      type: 'streamable_http',
      uri: connection.url,
      headers: headersOf(connection),
      timeout: 300,
    }),
    starts: ({ program, args, env }) => ({
      name: 'lmcp',
      enabled: true,
      type: 'stdio',
      cmd: program,
      args,
      ...(hasAny(env) && { envs: env }),
      timeout: 300,
    }),
  },
  {
    name: 'amp',
    title: 'Amp',
    format: 'json',
    place: map('amp.mcpServers'),
    userFiles: (platform) => [inDotConfig(platform, 'amp', 'settings.json')],
    projectFiles: [],
    entry: remote(),
  },
  {
    name: 'crush',
    title: 'Crush',
    format: 'json',
    place: map('mcp'),
    userFiles: (platform) => {
      const local = platform.env['LOCALAPPDATA'] ?? '';
      if (platform.os === 'win32' && local !== '') return [joinOn(platform, local, 'crush', 'crush.json')];
      return [inDotConfig(platform, 'crush', 'crush.json')];
    },
    projectFiles: ['.crush.json', 'crush.json'],
    entry: remote({ type: 'http' }),
    starts: started({ type: 'stdio' }),
    // https://github.com/charmbracelet/crush#mcps
    variables: 'shell',
  },
  {
    name: 'factory',
    title: 'Factory Droid',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inHome(platform, '.factory', 'mcp.json')],
    projectFiles: ['.factory/mcp.json'],
    entry: remote({ type: 'http' }),
    starts: started({ type: 'stdio' }),
  },
  {
    name: 'vibe',
    title: 'Mistral Vibe',
    format: 'toml',
    place: { path: ['mcp_servers'], kind: 'list' },
    userFiles: (platform) => [inHome(platform, '.vibe', 'config.toml')],
    projectFiles: [],
    entry: remote({ transport: 'streamable-http' }),
    starts: started({ transport: 'stdio' }),
  },
  {
    name: 'kimi',
    title: 'Kimi CLI',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inHome(platform, '.kimi', 'mcp.json')],
    projectFiles: [],
    entry: remote(),
  },
];
