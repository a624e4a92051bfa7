import type { Catalog } from '../../catalog/catalog.ts';
import type { Described } from '../../catalog/memory/remembered.ts';
import { UpstreamError } from '../../errors.ts';
import { inTime } from '../../inTime.ts';
import type { Server } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';

/** Maximum wait for the server of the path, in milliseconds; after it, the client gets LMCP's own capabilities. */
const patienceMs = 8_000;

/**
 * The `initialize` result of the server behind `/mcp/<server>`, which is started only if that is unknown. Undefined if it is not
 * available in time; the request that needs the server reports the failure.
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
