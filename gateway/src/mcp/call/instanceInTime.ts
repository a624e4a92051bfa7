import { UpstreamError } from '../../errors.ts';
import type { Server } from '../../registry/types.ts';
import type { Instance, Owner, UpstreamPool } from '../../upstream/types.ts';

/** So long a client may be kept waiting for the one server of its path; later it hears of LMCP's own capabilities. */
const patienceMs = 8_000;

/** The instance behind `/mcp/<server>`, or undefined when it can't be had in time: its failure is told by what needs it. */
export async function instanceInTime(
  pool: UpstreamPool,
  server: Server,
  owner: Owner,
): Promise<Instance | undefined> {
  const acquired = pool.acquire(server, owner).catch((error: unknown) => {
    if (error instanceof UpstreamError) return undefined;
    throw error;
  });
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMs, undefined);
  });
  const instance = await Promise.race([acquired, patience]);
  clearTimeout(timer);
  return instance;
}
