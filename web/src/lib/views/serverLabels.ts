import type { Runtime } from 'lmcp-gateway/src/api/schema/values.ts';
import type { ServerState } from 'lmcp-gateway/src/upstream/types.ts';

export const stateLabels: Readonly<Record<ServerState, string>> = {
  idle: 'idle',
  starting: 'starting',
  ready: 'running',
  backoff: 'waiting to start again',
  failed: 'failed',
};

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
