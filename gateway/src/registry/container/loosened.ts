import type { Server } from '../types.ts';

/** Each way in which a server is less confined than it could be, in words for status and interface; empty when there is none. */
export function loosenedOf(server: Server): readonly string[] {
  if (server.runtime === 'container') return server.spec.loosened;
  return server.runtime === 'process' ? (server.loosened ?? []) : [];
}
