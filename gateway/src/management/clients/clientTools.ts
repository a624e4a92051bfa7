import type { ClientToolsAnswer } from '../../api/clients.ts';
import type { ListViews, Viewer } from '../../mcp/methods/lists/listViews.ts';
import type { Client, Registry } from '../../registry/types.ts';
import { limitsOf } from '../../search/applications.ts';

/** What the tools of a client take, by the lists that are known; no server is asked. */
export function clientTools(
  views: ListViews,
  registry: Registry,
  client: Client,
  applications: readonly string[],
): Omit<ClientToolsAnswer, 'ok'> {
  const viewer: Viewer = {
    client,
    registry,
    only: null,
    owner: { clientId: client.id, sessionId: null },
    supportsTasks: false,
    connection: { asksForSearch: false, application: applications[0] },
  };
  const { tools } = views.allowed(viewer);
  const sizes = new Map<string, { tools: number; bytes: number }>();
  for (const { address, item } of tools) {
    const size = sizes.get(address.serverId) ?? { tools: 0, bytes: 0 };
    sizes.set(address.serverId, size);
    size.tools++;
    size.bytes += Buffer.byteLength(JSON.stringify(item));
  }
  const servers = [...sizes].map(([id, size]) => ({ server_id: id, ...size }));
  const listed = views.known(viewer, 'tools').text.bytes;
  return {
    client_id: client.id,
    mode: client.tools.mode,
    allowed: { tools: tools.length, bytes: servers.reduce((sum, { bytes }) => sum + bytes, 0) },
    listed: { tools: (JSON.parse(listed.toString()) as unknown[]).length, bytes: listed.length },
    servers: servers.sort((a, b) => b.bytes - a.bytes),
    applications: applications.map((name) => ({ name, limit: limitsOf(name)?.limit ?? null })),
  };
}
