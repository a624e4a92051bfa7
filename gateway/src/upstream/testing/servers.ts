import { buildServerBase, stdioTimeouts } from '../../registry/schema/server/serverBase.ts';
import { Findings } from '../../registry/yaml/findings.ts';
import { readYaml } from '../../registry/yaml/yamlSource.ts';
import type { ContainerServer, ContainerSpec, HttpServer, ProcessServer } from '../../registry/types.ts';

const context = { env: {}, readTokenFile: () => '', baseDir: '/', findings: nothingFound() };

function nothingFound(): Findings {
  let findings: Findings | undefined;
  readYaml('{}', (positions) => (findings = new Findings(positions)));
  if (findings === undefined) throw new Error('a text without findings');
  return findings;
}

/** Definitions of servers for tests: what the registry gives one that names nothing, but for short time limits. */
const base = {
  ...buildServerBase('tested', {}, stdioTimeouts, context),
  timeouts: {
    initializeS: 20,
    toolsListS: 10,
    toolsCallS: 20,
    toolsCallMaxS: 60,
    retryOnTimeout: 0,
    retryBackoffS: 0,
  },
};

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
    remote: false,
    allowPrivate: false,
    tls: undefined,
    auth: undefined,
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
