import type { Server } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';

/** Whether a notification that an instance sends outside of a request concerns this session of its client. */
export function concerned(
  scope: Server['scope'] | undefined,
  owner: Owner,
  sessionId: string | null,
): boolean {
  // An instance of one client may belong to only one of its sessions.
  if (scope === 'client' && owner.sessionId === null) return true;
  return scope === 'shared' || owner.sessionId === sessionId;
}
