import type { ApplicationOnMachine } from 'lmcp-gateway/src/api/client/connections.ts';

/** The application that a person most likely connects as this client: by its name as `lmcp connect` has it. */
export function suggestedApp(
  client: string,
  known: readonly string[],
  onMachine: readonly ApplicationOnMachine[],
): string {
  const used = onMachine.find(({ client_id }) => client_id === client)?.app;
  const named = known.find((app) => app === client) ?? known.find((app) => client.startsWith(`${app}-`));
  const unconnected = onMachine.find(({ state }) => state === 'not_connected')?.app;
  return used ?? named ?? unconnected ?? 'vscode';
}
