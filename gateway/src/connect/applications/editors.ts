import { entryName, type Application, type Entry, type FurtherFile } from './application.ts';
import { remote, started } from './entries.ts';
import { inConfigFolder, inDotConfig, inHome, type Platform } from './platform.ts';

const map = (...path: string[]) => ({ path, kind: 'map' }) as const;
const vscodeEntry = remote({ type: 'http' });

/** https://code.visualstudio.com/api/extension-guides/ai/mcp */
function vscodeLink(name: string): (entry: Entry) => string {
  return (entry) =>
    `${name}:mcp/install?${encodeURIComponent(JSON.stringify({ name: entryName, ...entry }))}`;
}

/** Before mcp.json there were settings, with a dot in the key or without. */
const inSettings = [map('mcp.servers'), map('mcp', 'servers')];
const inWorkspace = inSettings.map(({ path }) => map('settings', ...path));

/** @param remoteFolder where it keeps its data in the home folder of a machine that it is used on remotely */
function vscodeFamily(name: string, title: string, folder: string, remoteFolder: string): Application {
  const inUser =
    (...parts: string[]) =>
    (platform: Platform) =>
      inConfigFolder(platform, folder, 'User', ...parts);
  const onRemote =
    (...parts: string[]) =>
    (platform: Platform) =>
      inHome(platform, remoteFolder, ...parts);
  return {
    name,
    title,
    format: 'json',
    place: map('servers'),
    userFiles: (platform) => [inConfigFolder(platform, folder, 'User', 'mcp.json')],
    projectFiles: ['.vscode/mcp.json'],
    alsoReads: {
      user: [
        { path: inUser('profiles', '*', 'mcp.json'), format: 'json', places: [map('servers')] },
        { path: onRemote('data', 'User', 'mcp.json'), format: 'json', places: [map('servers')] },
        { path: inUser('settings.json'), format: 'json', places: inSettings },
        { path: inUser('profiles', '*', 'settings.json'), format: 'json', places: inSettings },
      ],
      project: [
        { path: '*.code-workspace', format: 'json', places: inWorkspace },
        { path: '.vscode/settings.json', format: 'json', places: inSettings },
      ],
    },
    where: 'the command "MCP: Open User Configuration", or .vscode/mcp.json in the workspace',
    entry: vscodeEntry,
    starts: started({ type: 'stdio' }),
    ...(name === 'vscodium' ? {} : { link: vscodeLink(name) }),
  };
}

/** The settings of an extension, in VS Code and in Cursor. */
function extensionFiles(extension: string, file: string): (platform: Platform) => readonly string[] {
  return (platform) =>
    ['Code', 'Cursor'].map((editor) =>
      inConfigFolder(platform, editor, 'User', 'globalStorage', extension, 'settings', file),
    );
}

/** Its blocks, a file each, and configurations of other applications that are laid beside them. */
const continueBlocks: readonly FurtherFile<string>[] = [
  { path: '*.yaml', format: 'yaml', places: [{ path: ['mcpServers'], kind: 'list' }] },
  { path: '*.yml', format: 'yaml', places: [{ path: ['mcpServers'], kind: 'list' }] },
  { path: '*.json', format: 'json', places: [map('mcpServers')] },
];

/** Editors and their extensions. */
export const editors: readonly Application[] = [
  vscodeFamily('vscode', 'VS Code', 'Code', '.vscode-server'),
  vscodeFamily('vscode-insiders', 'VS Code Insiders', 'Code - Insiders', '.vscode-server-insiders'),
  vscodeFamily('vscodium', 'VSCodium', 'VSCodium', '.vscodium-server'),
  {
    name: 'cursor',
    title: 'Cursor',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inHome(platform, '.cursor', 'mcp.json')],
    projectFiles: ['.cursor/mcp.json'],
    entry: remote(),
    link: (entry) =>
      `cursor://anysphere.cursor-deeplink/mcp/install?name=${entryName}&config=` +
      encodeURIComponent(Buffer.from(JSON.stringify(entry)).toString('base64')),
  },
  {
    name: 'windsurf',
    title: 'Windsurf',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [
      inHome(platform, '.codeium', 'windsurf', 'mcp_config.json'),
      inHome(platform, '.codeium', 'mcp_config.json'),
    ],
    projectFiles: [],
    entry: remote({}, 'serverUrl'),
  },
  {
    name: 'cline',
    title: 'Cline',
    format: 'json',
    place: map('mcpServers'),
    userFiles: extensionFiles('saoudrizwan.claude-dev', 'cline_mcp_settings.json'),
    projectFiles: [],
    entry: remote({ type: 'streamableHttp' }),
  },
  {
    name: 'roo-code',
    title: 'Roo Code',
    format: 'json',
    place: map('mcpServers'),
    userFiles: extensionFiles('rooveterinaryinc.roo-cline', 'mcp_settings.json'),
    projectFiles: ['.roo/mcp.json'],
    entry: remote({ type: 'streamable-http' }),
  },
  {
    name: 'zed',
    title: 'Zed',
    format: 'json',
    place: map('context_servers'),
    userFiles: (platform) => [
      platform.os === 'win32'
        ? inConfigFolder(platform, 'Zed', 'settings.json')
        : inDotConfig(platform, 'zed', 'settings.json'),
    ],
    projectFiles: ['.zed/settings.json'],
    entry: remote(),
  },
  {
    name: 'junie',
    title: 'JetBrains Junie',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inHome(platform, '.junie', 'mcp', 'mcp.json')],
    projectFiles: ['.junie/mcp/mcp.json'],
    entry: remote(),
  },
  {
    name: 'kiro',
    title: 'Kiro',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inHome(platform, '.kiro', 'settings', 'mcp.json')],
    projectFiles: ['.kiro/settings/mcp.json'],
    entry: remote(),
  },
  {
    name: 'antigravity',
    title: 'Antigravity',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inHome(platform, '.gemini', 'antigravity', 'mcp_config.json')],
    projectFiles: [],
    entry: remote({}, 'serverUrl'),
  },
  {
    name: 'trae',
    title: 'Trae',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inConfigFolder(platform, 'Trae', 'User', 'mcp.json')],
    projectFiles: [],
    entry: remote(),
  },
  {
    name: 'qoder',
    title: 'Qoder',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inHome(platform, '.qoder', 'mcp.json')],
    projectFiles: [],
    entry: vscodeEntry,
  },
  {
    name: 'continue',
    title: 'Continue',
    format: 'yaml',
    place: { path: ['mcpServers'], kind: 'list' },
    userFiles: (platform) => [inHome(platform, '.continue', 'config.yaml')],
    projectFiles: [],
    alsoReads: {
      user: continueBlocks.map((block) => ({
        ...block,
        path: (platform) => inHome(platform, '.continue', 'mcpServers', block.path),
      })),
      project: continueBlocks.map((block) => ({ ...block, path: `.continue/mcpServers/${block.path}` })),
    },
    entry: (connection) => {
      const { headers, ...rest } = remote({ type: 'streamable-http' })(connection);
      return { ...rest, requestOptions: { headers } };
    },
    starts: started({ type: 'stdio' }),
  },
];

/** Chat applications on the desktop. */
export const desktop: readonly Application[] = [
  {
    name: 'claude-desktop',
    title: 'Claude Desktop',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [inConfigFolder(platform, 'Claude', 'claude_desktop_config.json')],
    projectFiles: [],
    where: 'claude_desktop_config.json (Settings > Developer > Edit Config)',
    note: 'Restart Claude Desktop afterwards.',
  },
  {
    name: 'lm-studio',
    title: 'LM Studio',
    format: 'json',
    place: map('mcpServers'),
    userFiles: (platform) => [
      inHome(platform, '.lmstudio', 'mcp.json'),
      inHome(platform, '.cache', 'lm-studio', 'mcp.json'),
    ],
    projectFiles: [],
    entry: remote(),
  },
];
