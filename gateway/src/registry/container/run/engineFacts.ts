import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { EngineFacts } from './runContext.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const defaultHost = 'unix:///var/run/docker.sock';

/**
 * What the environment and the machine say of the engine: `DOCKER_HOST`, the contexts of Docker's client, Podman's socket,
 * and `LMCP_SIBLING_NETWORK`, which compose.yaml sets to the network of the stack's servers.
 */
export function engineFacts(env: Environment): EngineFacts {
  const own = comparable(given(env, 'DOCKER_HOST') ?? defaultHost);
  const isHost = (endpoint: string): boolean => comparable(endpoint) === own;
  return {
    defaultNetwork: given(env, 'LMCP_SIBLING_NETWORK') ?? 'bridge',
    isHost,
    isContext(name) {
      if (name === 'default') return true;
      const endpoint = contextEndpoint(name, env);
      return endpoint !== undefined && isHost(endpoint);
    },
    podmanSocket: podmanSockets(env).find(existsSync),
  };
}

function given(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/** Two paths of one socket are one engine: Docker Desktop's usual socket is a link. */
function comparable(endpoint: string): string {
  const path = /^unix:\/\/(\/.*)$/.exec(endpoint)?.[1];
  if (path === undefined) return endpoint.replace(/\/$/, '');
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Docker's client keeps each context in a folder named by the SHA-256 digest of its name. */
function contextEndpoint(name: string, env: Environment): string | undefined {
  const folder = given(env, 'DOCKER_CONFIG') ?? join(given(env, 'HOME') ?? homedir(), '.docker');
  const digest = createHash('sha256').update(name).digest('hex');
  try {
    const text = readFileSync(join(folder, 'contexts/meta', digest, 'meta.json'), 'utf8');
    const meta = JSON.parse(text) as { Endpoints?: { docker?: { Host?: unknown } } } | null;
    const host = meta?.Endpoints?.docker?.Host;
    return typeof host === 'string' ? host : undefined;
  } catch {
    return undefined;
  }
}

/** A user's own comes first, as for Podman's client. */
function podmanSockets(env: Environment): string[] {
  const runtimeDir = given(env, 'XDG_RUNTIME_DIR');
  const own = runtimeDir === undefined ? [] : [join(runtimeDir, 'podman/podman.sock')];
  return [...own, '/run/podman/podman.sock'];
}
