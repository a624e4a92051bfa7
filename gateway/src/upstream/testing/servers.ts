import type { ContainerServer, ContainerSpec, HttpServer, ProcessServer } from '../../registry/types.ts';

/** Definitions of servers for tests, complete but for what a test is about. */
const base = {
  enabled: true,
  timeouts: {
    initializeS: 20,
    toolsListS: 10,
    toolsCallS: 20,
    toolsCallMaxS: 60,
    retryOnTimeout: 0,
    retryBackoffS: 0,
  },
  toolPolicy: { mode: 'allow_all', allowTools: new Set<string>(), denyTools: new Set<string>() },
  scope: 'client',
  scopeChosen: false,
  lists: 'remembered',
  clientRequests: { sampling: 'allow', elicitation: 'allow', roots: 'allow' },
  pinTools: false,
  unlistedTools: 'deny',
  unlistedResources: 'deny',
  idleStopS: 900,
} as const;

export function processServer(changes: Partial<ProcessServer>): ProcessServer {
  return {
    ...base,
    id: 'tested',
    transport: 'stdio',
    runtime: 'process',
    command: process.execPath,
    args: [],
    env: new Map(),
    cwd: undefined,
    stdioMode: 'newline',
    ...changes,
  };
}

export function httpServer(url: string, changes: Partial<HttpServer> = {}): HttpServer {
  return {
    ...base,
    id: 'tested',
    timeouts: { ...base.timeouts, initializeS: null },
    transport: 'http',
    runtime: 'http',
    url: new URL(url),
    headers: new Map(),
    loopbackOnly: true,
    ...changes,
  };
}

/** With the time limits that a server of the registry has where it names none: an engine may take its time. */
export function containerServer(
  spec: ContainerSpec,
  changes: Partial<ContainerServer> = {},
): ContainerServer {
  return {
    ...base,
    id: 'tested',
    timeouts: {
      initializeS: 90,
      toolsListS: 90,
      toolsCallS: 180,
      toolsCallMaxS: 3_600,
      retryOnTimeout: 0,
      retryBackoffS: 1,
    },
    transport: 'stdio',
    runtime: 'container',
    stdioMode: 'newline',
    spec,
    ...changes,
  };
}

const fixture = (name: string): string =>
  new URL(`../../../../e2e/fixtures/${name}`, import.meta.url).pathname;

export function plain(changes: Partial<ProcessServer> = {}): ProcessServer {
  return processServer({
    id: 'plain',
    ...changes,
    args: [fixture('plain-server.ts'), ...(changes.args ?? [])],
  });
}

export function hostile(flags: readonly string[] = [], changes: Partial<ProcessServer> = {}): ProcessServer {
  return processServer({ id: 'hostile', ...changes, args: [fixture('hostile-server.ts'), ...flags] });
}
