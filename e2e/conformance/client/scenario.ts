/** A scenario for clients, as a suite hands it over. */
export interface Scenario {
  readonly name: string;
  /** The MCP endpoint of its server. */
  readonly url: string;
  /** The revision of MCP that it is played in. */
  readonly revision: string;
  readonly context: {
    readonly client_id?: string;
    readonly client_secret?: string;
    readonly private_key_pem?: string;
    readonly toolCalls?: readonly ToolCall[];
  };
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface ListedTool {
  readonly name: string;
  readonly inputSchema: unknown;
}

/** The calls that a scenario waits for: those that it names, else one of each tool. */
export function callsOf({ name, context }: Scenario, tools: readonly ListedTool[]): readonly ToolCall[] {
  if (context.toolCalls !== undefined) return context.toolCalls;
  if (name === 'json-schema-ref-no-deref') return [];
  const [focal] = tools;
  return tools.map((tool) => ({
    name: tool.name,
    arguments: tool.name === 'json_schema_echo' ? { schema: focal?.inputSchema } : { a: 2, b: 3 },
  }));
}
