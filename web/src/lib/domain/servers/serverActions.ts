import type { ServerSummary } from 'lmcp-gateway/src/api/servers.ts';

export type ServerAction = 'start' | 'stop' | 'restart' | 'test';

const labels = { start: 'Start', restart: 'Restart', stop: 'Stop', test: 'Test' } as const;

/** What does something in the state that the server is in, with its label. */
export function actionsOf(
  server: Pick<ServerSummary, 'state' | 'instances' | 'enabled'> | undefined,
): [ServerAction, string][] {
  if (server === undefined || !server.enabled) return [];
  const isRunning = server.state === 'ready' || server.state === 'starting' || server.instances > 0;
  const actions: ServerAction[] = isRunning ? ['restart', 'stop', 'test'] : ['start', 'test'];
  return actions.map((action) => [action, labels[action]]);
}
