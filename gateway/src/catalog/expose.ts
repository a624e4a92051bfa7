import { exposeAll, type ToolAddress } from './names.ts';
import type { Tool } from './tools.ts';

/** The tools of one server, as offered. */
export interface Offered {
  readonly serverId: string;
  readonly tools: readonly Tool[];
}

/** A tool under the name that clients see, and what it stands for. */
export interface ExposedTool {
  readonly address: ToolAddress;
  readonly tool: Tool;
}

/** All tools of all servers, each under a name of its own; apart from an alias's title and `_meta` nothing but the name changes. */
export function exposeTools(offers: readonly Offered[]): ExposedTool[] {
  const tools = new Map(
    offers.flatMap(({ serverId, tools }) =>
      tools.map((tool) => [addressKey({ serverId, tool: tool.name }), tool]),
    ),
  );
  const addresses = offers.flatMap(({ serverId, tools }) =>
    tools.map((tool) => ({ serverId, tool: tool.name })),
  );
  return [...exposeAll(addresses)].flatMap(([name, address]) => {
    const tool = tools.get(addressKey(address));
    return tool === undefined ? [] : [{ address, tool: rename(tool, name, address) }];
  });
}

function rename(tool: Tool, name: string, address: ToolAddress): Tool {
  if (name === `${address.serverId}__${address.tool}`) return { ...tool, name };
  const meta = typeof tool['_meta'] === 'object' ? tool['_meta'] : {};
  const original = { server: address.serverId, tool: address.tool };
  return {
    ...tool,
    name,
    title: tool['title'] ?? address.tool,
    _meta: { ...meta, 'lmcp/original': original },
  };
}

function addressKey({ serverId, tool }: ToolAddress): string {
  return `${serverId}\0${tool}`;
}
