import type { Client, Registry, Server } from '../../registry/types.ts';
import { decideServer, decideTool } from '../../policy/decide.ts';

/** One request that the checks must deny, and how. */
export interface Denial {
  readonly clientId: string;
  readonly serverId: string;
  readonly tool: string;
  readonly expect: 'server_not_allowed' | 'tool_denied';
}

/** Too long to be the name of a tool. */
const unlikelyTool = 'lmcp_self_test_no_such_tool';
const unlikelyServer = 'lmcp-self-test-no-such-server';

/**
 * What a registry forbids, as far as calls can show it without starting a server: for every client a server that it may not
 * use, and for every server that it may, a tool that the policies deny.
 */
export function plannedDenials(registry: Registry): readonly Denial[] {
  return [...registry.clients.values()].flatMap((client) => {
    const closed = [...registry.servers.values()].find(
      (server) => !decideServer(client, server.id, server).allowed,
    );
    const denied = [...registry.servers.values()].flatMap((server) => deniedTool(client, server));
    return [
      {
        clientId: client.id,
        serverId: closed?.id ?? unlikelyServer,
        tool: unlikelyTool,
        expect: 'server_not_allowed',
      },
      ...denied,
    ];
  });
}

function deniedTool(client: Client, server: Server): Denial[] {
  if (decideServer(client, server.id, server).allowed !== true) return [];
  const own = client.toolPolicy.get(server.id);
  const named = [...server.toolPolicy.denyTools, ...(own?.denyTools ?? [])];
  const tool = [...named, unlikelyTool].find(
    (name) => decideTool(client, server, name, 'unknown').allowed === false,
  );
  return tool === undefined
    ? []
    : [{ clientId: client.id, serverId: server.id, tool, expect: 'tool_denied' }];
}
