import type { SecureContextOptions } from 'node:tls';
import type { Agent } from 'undici';
import type { Whereabouts } from '../../../addresses/loopbackOnly.ts';
import { guardedLookup } from './guardedLookup.ts';
import type { Environment } from './proxyFor.ts';
import { throughProxy } from './proxyTunnel.ts';

export interface AgentOptions {
  /** Requests of one origin under way at the same time; more of them wait. Undefined: any number. */
  readonly connections?: number;
  readonly tls?: SecureContextOptions;
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read. */
  readonly env?: Environment;
}

/** Idle connections are dropped before servers drop theirs (5 s is common): a request on a dying one would be lost. */
const idleMs = 4_000;

/**
 * Connections to addresses that were checked, or through the proxies of the environment. How long anything may take is for the
 * caller to decide, so undici's own time limits are off. The library is loaded with the first of them.
 */
export async function pinnedAgent(
  whereabouts: Whereabouts,
  { connections, tls = {}, env = process.env }: AgentOptions = {},
): Promise<Agent> {
  const undici = await import('undici');
  const lookup = guardedLookup(whereabouts);
  const direct = undici.buildConnector({ ...tls, lookup, timeout: 0, allowH2: false });
  return new undici.Agent({
    connections: connections ?? null,
    pipelining: 1,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: throughProxy(whereabouts, direct, env),
  });
}
