import type { Argument, KeyValue, ServerJson } from './serverJson.ts';

interface Described {
  readonly title: string;
  readonly about: string;
  readonly package: string;
  readonly version: string;
  readonly args?: readonly Argument[];
  readonly env?: readonly KeyValue[];
}

/**
 * The catalogue that comes with LMCP: servers from npm that its tests start, at the versions that they start. Nothing is fetched to
 * show it. Other servers come from a server.json that the person names.
 */
export const bundledServers: readonly ServerJson[] = entries().map(
  ([name, { title, about, package: identifier, version, args = [], env = [] }]) => ({
    name: `npm/${name}`,
    title,
    description: about,
    version,
    packages: [
      {
        registryType: 'npm',
        identifier,
        version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        ...(args.length > 0 && { packageArguments: [...args] }),
        ...(env.length > 0 && { environmentVariables: [...env] }),
      },
    ],
  }),
);

function entries(): readonly (readonly [string, Described])[] {
  return [...forThisMachine(), ...browsers(), ...forWork(), ...forTheWeb()];
}

function secret(name: string, description: string): KeyValue {
  return { name, description, isSecret: true, isRequired: true };
}

function optional(name: string, description: string, placeholder?: string): KeyValue {
  return { name, description, ...(placeholder !== undefined && { placeholder }) };
}

function fixed(value: string): Argument {
  return { type: 'positional', value };
}

function forThisMachine(): readonly (readonly [string, Described])[] {
  return [
    [
      'filesystem',
      {
        title: 'Files',
        about: 'Reads, writes and searches files in the folders that it is given, and in no other.',
        package: '@modelcontextprotocol/server-filesystem',
        version: '2026.8.31',
        args: [
          {
            type: 'positional',
            valueHint: 'folder',
            description: 'A folder that it may read and write',
            placeholder: '/home/me/notes',
            format: 'filepath',
            isRequired: true,
            isRepeated: true,
          },
        ],
      },
    ],
    [
      'memory',
      {
        title: 'Memory',
        about: 'Keeps what it is told as a graph of entities and relations in one file.',
        package: '@modelcontextprotocol/server-memory',
        version: '2026.8.31',
        env: [optional('MEMORY_FILE_PATH', 'The file that it keeps everything in', '/home/me/memory.jsonl')],
      },
    ],
    [
      'git',
      {
        title: 'Git',
        about: 'Works with Git repositories of this machine: status, diff, log, commit, branches.',
        package: '@cyanheads/git-mcp-server',
        version: '2.15.3',
        env: [
          optional('GIT_BASE_DIR', 'The folder whose repositories it may use, and no others', '/home/me/src'),
        ],
      },
    ],
    [
      'kubernetes',
      {
        title: 'Kubernetes',
        about: 'Reads and changes a cluster, as kubectl of this machine may.',
        package: 'mcp-server-kubernetes',
        version: '4.1.7',
        env: [optional('KUBECONFIG', 'The configuration of kubectl that it uses', '/home/me/.kube/config')],
      },
    ],
    [
      'ollama',
      {
        title: 'Ollama',
        about: 'Lists, pulls and runs models of an Ollama of this machine.',
        package: 'ollama-mcp-server',
        version: '1.1.0',
        env: [{ ...optional('OLLAMA_HOST', 'Where Ollama listens'), default: 'http://127.0.0.1:11434' }],
      },
    ],
    [
      'comfyui',
      {
        title: 'ComfyUI',
        about: 'Runs image workflows of a ComfyUI of this machine.',
        package: 'comfyui-mcp',
        version: '0.52.203',
        env: [{ ...optional('COMFYUI_URL', 'Where ComfyUI listens'), default: 'http://127.0.0.1:8188' }],
      },
    ],
    [
      'sequential-thinking',
      {
        title: 'Sequential thinking',
        about: 'Lets a model think in numbered steps that it may revise.',
        package: '@modelcontextprotocol/server-sequential-thinking',
        version: '2026.8.31',
      },
    ],
    [
      'everything',
      {
        title: 'Everything',
        about: 'A server for trying clients: every feature of MCP, and nothing of use.',
        package: '@modelcontextprotocol/server-everything',
        version: '2026.8.31',
      },
    ],
  ];
}

function browsers(): readonly (readonly [string, Described])[] {
  return [
    [
      'playwright',
      {
        title: 'Playwright',
        about: 'Drives a browser by the accessibility tree of its pages.',
        package: '@playwright/mcp',
        version: '0.0.83',
        args: [
          {
            type: 'named',
            name: '--headless',
            description: 'Without a window: true or false',
            format: 'boolean',
            choices: ['true', 'false'],
            default: 'false',
          },
        ],
      },
    ],
    [
      'chrome-devtools',
      {
        title: 'Chrome DevTools',
        about: 'Looks into pages in Chrome: network, console, performance, the document.',
        package: 'chrome-devtools-mcp',
        version: '1.11.0',
      },
    ],
  ];
}

function forWork(): readonly (readonly [string, Described])[] {
  return [
    [
      'gitlab',
      {
        title: 'GitLab',
        about: 'Projects, files, issues and merge requests of a GitLab.',
        package: '@modelcontextprotocol/server-gitlab',
        version: '2025.4.25',
        env: [
          secret('GITLAB_PERSONAL_ACCESS_TOKEN', 'A personal access token'),
          { ...optional('GITLAB_API_URL', 'The API of the GitLab'), default: 'https://gitlab.com/api/v4' },
        ],
      },
    ],
    [
      'github',
      {
        title: 'GitHub',
        about: 'Repositories, files, issues and pull requests of GitHub.',
        package: '@modelcontextprotocol/server-github',
        version: '2025.4.8',
        env: [secret('GITHUB_PERSONAL_ACCESS_TOKEN', 'A personal access token')],
      },
    ],
    [
      'slack',
      {
        title: 'Slack',
        about: 'Reads channels of a Slack workspace and posts into them.',
        package: '@modelcontextprotocol/server-slack',
        version: '2025.4.25',
        env: [
          secret('SLACK_BOT_TOKEN', 'The token of the bot, which begins with xoxb-'),
          { ...optional('SLACK_TEAM_ID', 'The id of the workspace', 'T01234567'), isRequired: true },
        ],
      },
    ],
    [
      'notion',
      {
        title: 'Notion',
        about: 'Pages, databases and comments of a Notion workspace.',
        package: '@notionhq/notion-mcp-server',
        version: '2.5.2',
        env: [secret('NOTION_TOKEN', 'The secret of an internal integration')],
      },
    ],
    [
      'linear',
      {
        title: 'Linear',
        about: 'Issues, projects and teams of Linear.',
        package: '@tacticlaunch/mcp-linear',
        version: '1.4.3',
        env: [secret('LINEAR_API_TOKEN', 'A personal API key')],
      },
    ],
    [
      'airtable',
      {
        title: 'Airtable',
        about: 'Bases, tables and records of Airtable.',
        package: 'airtable-mcp-server',
        version: '1.14.0',
        env: [secret('AIRTABLE_API_KEY', 'A personal access token')],
      },
    ],
    [
      'hubspot',
      {
        title: 'HubSpot',
        about: 'Contacts, companies and deals of HubSpot.',
        package: '@hubspot/mcp-server',
        version: '0.4.0',
        env: [secret('PRIVATE_APP_ACCESS_TOKEN', 'The access token of a private app')],
      },
    ],
    [
      'figma',
      {
        title: 'Figma',
        about: 'Layouts and images of Figma files, for building them.',
        package: 'figma-developer-mcp',
        version: '0.13.2',
        args: [fixed('--stdio')],
        env: [secret('FIGMA_API_KEY', 'A personal access token')],
      },
    ],
    [
      'mongodb',
      {
        title: 'MongoDB',
        about: 'Databases and collections of a MongoDB.',
        package: 'mongodb-mcp-server',
        version: '3.0.4',
        env: [secret('MDB_MCP_CONNECTION_STRING', 'The connection string, with user and password')],
      },
    ],
  ];
}

function forTheWeb(): readonly (readonly [string, Described])[] {
  return [
    [
      'brave-search',
      {
        title: 'Brave Search',
        about: 'Searches the web, news, images and places.',
        package: '@brave/brave-search-mcp-server',
        version: '2.1.4',
        env: [secret('BRAVE_API_KEY', 'A key of the Brave Search API')],
      },
    ],
    [
      'tavily',
      {
        title: 'Tavily',
        about: 'Searches the web and extracts pages.',
        package: 'tavily-mcp',
        version: '0.2.22',
        env: [secret('TAVILY_API_KEY', 'A key of the Tavily API')],
      },
    ],
    [
      'firecrawl',
      {
        title: 'Firecrawl',
        about: 'Fetches and crawls web pages as text.',
        package: 'firecrawl-mcp',
        version: '3.26.0',
        env: [secret('FIRECRAWL_API_KEY', 'A key of the Firecrawl API')],
      },
    ],
    [
      'context7',
      {
        title: 'Context7',
        about: 'Documentation of libraries, by version.',
        package: '@upstash/context7-mcp',
        version: '4.1.1',
        env: [{ ...optional('CONTEXT7_API_KEY', 'A key, for more requests'), isSecret: true }],
      },
    ],
    [
      'google-maps',
      {
        title: 'Google Maps',
        about: 'Places, routes and distances.',
        package: '@modelcontextprotocol/server-google-maps',
        version: '0.6.2',
        env: [secret('GOOGLE_MAPS_API_KEY', 'A key of the Maps platform')],
      },
    ],
  ];
}
