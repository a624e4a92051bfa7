import type { Owner, QuestionAnswer } from '../../upstream/types.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Asks for the roots for an instance outside of any request: those of the session that used it last, else of the client's newest one. */
export function rootsOf(
  sessions: Sessions,
  serverId: string,
  { clientId, sessionId }: Owner,
): (() => Promise<QuestionAnswer>) | undefined {
  const able = sessions
    .of(clientId)
    .filter(({ capabilities, identity: { only } }) => capabilities.roots && (only ?? serverId) === serverId);
  const last = able.find(({ id }) => id === sessionId);
  const asked = last ?? newest(able);
  return asked && (() => asked.roots());
}

function newest(sessions: readonly Session[]): Session | undefined {
  return sessions.toSorted((a, b) => b.lastSeen - a.lastSeen)[0];
}
