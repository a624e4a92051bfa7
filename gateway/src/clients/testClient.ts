import type { Client } from '../registry/types.ts';
import { tokenDigest } from './authenticate.ts';

/** A client with these tokens and nothing else, for tests. */
export function testClient(id: string, ...tokens: string[]): Client {
  return {
    id,
    tokens: tokens.map(tokenDigest),
    socket: null,
    certificates: [],
    allowServers: new Set(),
    rateLimitRpm: null,
    toolPolicy: new Map(),
    tools: { mode: 'all', max: 100, always: [], descriptions: 'full' },
    clientRequests: new Map(),
  };
}
