import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A server whose tools are searched; all list them without a network and with credentials that are none. */
interface ListedServer {
  readonly package: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const none = 'none-0123456789';

const servers: Readonly<Record<string, ListedServer>> = {
  brave: { package: '@brave/brave-search-mcp-server', env: { BRAVE_API_KEY: none } },
  git: { package: '@cyanheads/git-mcp-server' },
  pw2: { package: '@executeautomation/playwright-mcp-server' },
  hubspot: { package: '@hubspot/mcp-server', env: { PRIVATE_APP_ACCESS_TOKEN: none } },
  files: { package: '@modelcontextprotocol/server-filesystem', args: ['.'] },
  github: { package: '@modelcontextprotocol/server-github', env: { GITHUB_PERSONAL_ACCESS_TOKEN: none } },
  gitlab: { package: '@modelcontextprotocol/server-gitlab', env: { GITLAB_PERSONAL_ACCESS_TOKEN: none } },
  gmaps: { package: '@modelcontextprotocol/server-google-maps', env: { GOOGLE_MAPS_API_KEY: none } },
  memory: { package: '@modelcontextprotocol/server-memory' },
  thinking: { package: '@modelcontextprotocol/server-sequential-thinking' },
  slack: {
    package: '@modelcontextprotocol/server-slack',
    env: { SLACK_BOT_TOKEN: none, SLACK_TEAM_ID: none },
  },
  notion: { package: '@notionhq/notion-mcp-server', env: { NOTION_TOKEN: none } },
  playwright: { package: '@playwright/mcp', args: ['--headless'] },
  linear: { package: '@tacticlaunch/mcp-linear', env: { LINEAR_API_TOKEN: none } },
  context7: { package: '@upstash/context7-mcp' },
  airtable: { package: 'airtable-mcp-server', env: { AIRTABLE_API_KEY: none } },
  devtools: { package: 'chrome-devtools-mcp' },
  figma: { package: 'figma-developer-mcp', args: ['--stdio'], env: { FIGMA_API_KEY: none } },
  firecrawl: { package: 'firecrawl-mcp', env: { FIRECRAWL_API_KEY: none } },
  k8s: { package: 'mcp-server-kubernetes' },
  mongodb: { package: 'mongodb-mcp-server' },
  tavily: { package: 'tavily-mcp', env: { TAVILY_API_KEY: none } },
};

/**
 * The registry's entries.
 * @param folder where the servers are installed
 * @param home what they take for the person's own folder
 */
export async function searchedServers(folder: string, home: string): Promise<Record<string, object>> {
  const entries = Object.entries(servers).map(async ([id, server]) => {
    const { package: name, args = [], env } = server;
    const program = join(folder, 'node_modules', name, await programOf(folder, name));
    return [
      id,
      { command: process.execPath, args: [program, ...args], cwd: home, env: { HOME: home, ...env } },
    ];
  });
  return Object.fromEntries((await Promise.all(entries)) as [string, object][]);
}

async function programOf(folder: string, name: string): Promise<string> {
  const manifest = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  const { bin = {} } = JSON.parse(manifest) as { bin?: string | Record<string, string> };
  const program = typeof bin === 'string' ? bin : Object.values(bin)[0];
  if (program === undefined) throw new Error(`${name} has no program to start`);
  return program;
}
