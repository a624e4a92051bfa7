import type { AccessAnswer } from 'lmcp-gateway/src/api/access.ts';
import type { RegistryPatch } from 'lmcp-gateway/src/api/registry.ts';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { deniedBy } from './deniedBy.ts';
import { grantServer, grantTool } from './grants.ts';
import type { MatrixRow } from './matrixRows.ts';

/**
 * What a click on a cell changes, with the pending changes in `view`. Null where it can't be the client's alone: what the server
 * denies to everybody.
 */
export function cellToggle(
  view: RegistryView,
  access: AccessAnswer,
  client: string,
  row: MatrixRow,
): RegistryPatch | null {
  const server = access.servers[row.server]?.server_id ?? '';
  if (row.kind === 'server') {
    const granted = view.clients[client]?.allow_servers.includes(server) === true;
    return grantServer(view, client, server, !granted);
  }
  const cell = access.clients.find((one) => one.client_id === client)?.cells[row.server];
  const rule = access.rules[cell?.tools[row.tool] ?? -1];
  if (deniedBy(rule?.reason) !== 'client') return null;
  return grantTool(view, client, server, row.name, rule === undefined || rule.allowed === false);
}
