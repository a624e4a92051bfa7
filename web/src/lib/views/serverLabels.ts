import type { Runtime } from 'lmcp-gateway/src/api/schema/values.ts';
import type { StatusServer } from 'lmcp-gateway/src/api/status.ts';
import type { ServerState } from 'lmcp-gateway/src/upstream/types.ts';

const stateLabels: Readonly<Record<ServerState, string>> = {
  idle: 'idle',
  starting: 'starting',
  ready: 'running',
  backoff: 'waiting to start again',
  failed: 'failed',
};

/** The state, or what a bare "idle" would hide: that the server fails, or is disabled. */
export function stateLabelOf(
  server: Pick<StatusServer, 'state' | 'health'> & { readonly enabled?: boolean },
): string {
  const { state, health, enabled } = server;
  if (enabled === false) return 'disabled';
  if (health?.level !== 'failing') return stateLabels[state];
  return state === 'ready' ? 'running, failing' : 'failing';
}

export const runtimeLabels: Readonly<Record<Runtime, string>> = {
  process: 'process',
  container: 'container',
  http: 'HTTP',
};

export const policyDescriptions = {
  allow_all: 'every tool but those denied',
  deny_all: 'no tool',
  allow_list: 'only listed tools',
} as const;
