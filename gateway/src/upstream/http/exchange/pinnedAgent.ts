import type { SecureContextOptions } from 'node:tls';
import type { Agent } from 'undici';
import type { Whereabouts } from '../../../addresses/loopbackOnly.ts';
import { guardedLookup } from './guardedLookup.ts';

export interface AgentOptions {
  /** Requests of one origin under way at the same time; more of them wait. Undefined: any number. */
  readonly connections?: number;
  readonly tls?: SecureContextOptions;
}

/** Idle connections are dropped before servers drop theirs (5 s is common): a request on a dying one would be lost. */
const idleMs = 4_000;

/**
 * Connections to addresses that were checked. How long anything may take is for the caller to decide, so undici's own time limits
 * are off. The library is loaded with the first of them.
 */
export async function pinnedAgent(
  whereabouts: Whereabouts,
  { connections, tls = {} }: AgentOptions = {},
): Promise<Agent> {
  const undici = await import('undici');
  return new undici.Agent({
    allowH2: false,
    connections: connections ?? null,
    pipelining: 1,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...tls, lookup: guardedLookup(whereabouts), timeout: 0 },
  });
}
