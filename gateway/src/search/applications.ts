/** How an application deals with many tools. */
export interface ToolLimits {
  readonly application: string;
  /** What it calls itself in `clientInfo.name`, in lower case: these beginnings. */
  readonly names: readonly string[];
  /** More tools than that it rejects, or leaves out; null where no limit is known. */
  readonly limit: number | null;
  /** It searches for tools by itself, so that all may be listed. */
  readonly defers: boolean;
  /** Where that is said. */
  readonly source: string;
}

/** The applications of which it is known how they deal with many tools. */
export const applications: readonly ToolLimits[] = [
  {
    application: 'VS Code',
    names: ['visual studio code'],
    limit: 128,
    defers: false,
    source: 'https://code.visualstudio.com/docs/copilot/agents/agent-tools',
  },
  {
    application: 'GitHub Copilot',
    names: ['github-copilot', 'copilot'],
    limit: 128,
    defers: false,
    source: 'https://platform.openai.com/docs/api-reference/chat/create',
  },
  {
    application: 'Cursor',
    names: ['cursor'],
    limit: 80,
    defers: false,
    source: 'https://github.com/Snowflake-Labs/mcp/issues/77',
  },
  {
    application: 'Claude Code',
    names: ['claude-code'],
    limit: null,
    defers: true,
    source: 'https://code.claude.com/docs/en/mcp',
  },
];

/** What is known of the application that calls itself so. */
export function limitsOf(name: string | undefined): ToolLimits | undefined {
  const given = name?.toLowerCase();
  return applications.find(({ names }) => names.some((one) => given?.startsWith(one) === true));
}
