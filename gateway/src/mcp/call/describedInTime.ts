import type { Catalog } from '../../catalog/catalog.ts';
import type { Described } from '../../catalog/memory/remembered.ts';
import { UpstreamError } from '../../errors.ts';
import { inTime } from '../../inTime.ts';
import type { Server } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';

/** The longest wait of a client for the one server of its path, in milliseconds; after it, the client gets LMCP's own capabilities. */
const patienceMs = 8_000;

/**
 * How the server behind `/mcp/<server>` introduces itself; started only where that is not known yet. Undefined when it can't
 * be had in time: its failure is told by what needs it.
 */
export async function describedInTime(
  catalog: Catalog,
  server: Server,
  owner: Owner,
): Promise<Described | undefined> {
  const known = catalog.described(server, owner);
  if (known !== undefined) return known;
  const described = catalog.describe(server, owner).catch((error: unknown) => {
    if (error instanceof UpstreamError) return undefined;
    throw error;
  });
  return inTime(described, patienceMs);
}
