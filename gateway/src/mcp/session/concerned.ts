import type { Server } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';

/** Whether what an instance tells outside of any request concerns this session of its client. */
export function concerned(
  scope: Server['scope'] | undefined,
  owner: Owner,
  sessionId: string | null,
): boolean {
  // An instance of one client may belong to one of its sessions alone.
  if (scope === 'client' && owner.sessionId === null) return true;
  return scope === 'shared' || owner.sessionId === sessionId;
}
