import { acceptedClient } from '../../audit/read/acceptedClient.ts';
import { tailLog } from '../../audit/read/tailLog.ts';

/** How many of the newest lines are searched. */
const lines = 20_000;

/** When the credentials of each client were last accepted (RFC 3339), as far as the newest part of the audit log says. */
export async function lastSeen(path: string): Promise<ReadonlyMap<string, string>> {
  const seen = new Map<string, string>();
  try {
    for await (const { line } of tailLog(path, { lines })) {
      const client = line === undefined ? null : acceptedClient(line);
      if (line !== undefined && client !== null) seen.set(client, line.ts);
    }
  } catch {
    // No log yet, or none that can be read: nobody has been seen.
  }
  return seen;
}
