import type { Server } from '../registry/types.ts';
import type { Owner, UpstreamPool } from '../upstream/types.ts';
import type { ListMemory } from './memory/listMemory.ts';

/** The gateway's own instance of a server, so that keeping lists current disturbs no client. No client can have an empty id. */
export const listReader: Owner = { clientId: '', sessionId: null, via: 'lists' };

/**
 * For whom the remembered lists of a server have to be read so that they are current for all: for one of those who are given the
 * same, and for each kind of client that is given something else.
 * @param before only lists that were read before that time, in milliseconds since the Unix epoch
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
    // What an instance lists after it was called is its own.
    return at < before && pool.ready(server, owner)?.called !== true ? [owner] : [];
  });
}
