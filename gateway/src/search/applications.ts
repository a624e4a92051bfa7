/** How an application deals with many tools. */
export interface ToolLimits {
  readonly application: string;
  /** What it calls itself in `clientInfo.name`, in lower case: these beginnings. */
  readonly names: readonly string[];
  /** More tools than that it rejects, or leaves out; null where no limit is known. */
  readonly limit: number | null;
  /** It searches for tools by itself, so that all may be listed. */
  readonly defers: boolean;
  /** Public pages that say so. */
  readonly sources: readonly { readonly title: string; readonly url: string }[];
}

/** The applications of which it is known how they deal with many tools. */
export const applications: readonly ToolLimits[] = [
  {
    application: 'VS Code',
    names: ['visual studio code'],
    limit: 128,
    defers: false,
    sources: [
      {
        title: 'microsoft/vscode, “Cannot have more than 128 tools per request”',
        url: 'https://github.com/microsoft/vscode/issues/258890',
      },
    ],
  },
  {
    application: 'GitHub Copilot',
    names: ['github-copilot', 'copilot'],
    limit: 128,
    defers: false,
    sources: [
      {
        title: 'microsoft/vscode-copilot-release, “Cannot have more than 128 tools per request”',
        url: 'https://github.com/microsoft/vscode-copilot-release/issues/11653',
      },
    ],
  },
  {
    application: 'Cursor',
    names: ['cursor'],
    limit: 80,
    defers: false,
    sources: [
      {
        title: 'Snowflake-Labs/mcp, “Enable hiding of tools for Cursor limit” (80, before 40)',
        url: 'https://github.com/Snowflake-Labs/mcp/issues/77',
      },
      {
        title:
          'getsentry/sentry-mcp-stdio, “Allow user to supply desired tools” (40, with Cursor’s own page)',
        url: 'https://github.com/getsentry/sentry-mcp-stdio/issues/3',
      },
    ],
  },
  {
    application: 'Windsurf',
    names: ['windsurf'],
    limit: 100,
    defers: false,
    sources: [
      {
        title: 'Windsurf documentation, “Configuring MCP tools”',
        url: 'https://docs.windsurf.com/windsurf/cascade/mcp#configuring-mcp-tools',
      },
    ],
  },
  {
    application: 'Claude Code',
    names: ['claude-code'],
    limit: null,
    defers: true,
    sources: [
      {
        title: 'Claude Code documentation, “Scale with MCP tool search”',
        url: 'https://code.claude.com/docs/en/mcp#scale-with-mcp-tool-search',
      },
    ],
  },
];

/** What is known of the application that calls itself so. */
export function limitsOf(name: string | undefined): ToolLimits | undefined {
  const given = name?.toLowerCase();
  return applications.find(({ names }) => names.some((one) => given?.startsWith(one) === true));
}
