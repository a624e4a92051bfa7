import type { Server } from '../registry/types.ts';
import type { Owner, UpstreamPool } from '../upstream/types.ts';
import type { ListMemory } from './memory/listMemory.ts';

/** Owner of the gateway's own instances, so that refreshing lists disturbs no client. No client can have an empty id. */
export const listReader: Owner = { clientId: '', sessionId: null, via: 'lists' };

/**
 * The owners for whom the remembered lists of a server have to be read to be current for all: one of those that get the same
 * list, and one of each kind of client that gets a different one.
 * @param before only lists read before this time, in milliseconds since the Unix epoch
 */
export function listReadersOf(
  { pool, memory }: { readonly pool: Pick<UpstreamPool, 'ready'>; readonly memory: ListMemory },
  server: Server,
  before: number,
): Owner[] {
  const groups = Map.groupBy(memory.readers(server), (reader) => (reader.apart ? reader : reader.clientId));
  return [...groups.values()].flatMap((alike) => {
    const { at, apart: _, ...reader } = alike.reduce((one, other) => (other.at > one.at ? other : one));
    const owner = { ...(reader.clientId === '' ? listReader : { sessionId: null }), ...reader };
    // A list read after a call is valid only for that instance.
    return at < before && pool.ready(server, owner)?.called !== true ? [owner] : [];
  });
}
