import type { Server } from '../../registry/types.ts';
import { answersQuestions, capabilitiesKey, noCapabilities } from '../clientCapabilities.ts';
import type { Owner } from '../types.ts';
import type { ServerRecord } from './serverRecord.ts';
import type { Supervisor } from './supervisor.ts';

/** Where an owner's instance is kept, and the session that it is bound to. */
interface Place {
  readonly key: string;
  readonly sessionId: string | null;
}

/** A session that shares an instance with others leaves it for one of its own when it calls while they do. */
export function place(server: Server, owner: Owner, record: ServerRecord, calling: boolean): Place {
  const sessionId = server.scope === 'session' ? owner.sessionId : null;
  const key = keyOf(server, owner, sessionId, record);
  const splits = server.scope === 'client' && !server.scopeChosen && owner.sessionId !== null;
  if (!splits || !answersQuestions(owner.capabilities ?? noCapabilities)) return { key, sessionId };
  const own = keyOf(server, owner, owner.sessionId, record);
  const leaves =
    record.supervisors.has(own) ||
    (calling && record.supervisors.get(key)?.instance?.servesOther(owner.sessionId) === true);
  return leaves ? { key: own, sessionId: owner.sessionId } : { key, sessionId };
}

/** Ids hold no control characters, so a key can't mean two owners. */
function keyOf(
  server: Server,
  owner: Owner,
  session: string | null,
  { eras, supervisors }: Pick<ServerRecord, 'eras' | 'supervisors'>,
): string {
  if (server.scope === 'shared') return '';
  let best: string | undefined;
  for (const era of eras.served(owner.era ?? 'legacy')) {
    // In the newer era every request says again what its client can be asked.
    const isAnnounced = era === 'legacy' || eras.known.modern === false;
    const capabilities = isAnnounced && owner.capabilities ? capabilitiesKey(owner.capabilities) : '';
    const key = `${owner.clientId}\0${session ?? ''}\0${capabilities}\0${era}`;
    if (supervisors.has(key)) return key;
    best ??= key;
  }
  return best ?? '';
}

/** What was found out with its start may give an instance another key: the next caller is to find it. */
export function rekey({ eras, supervisors }: ServerRecord, supervisor: Supervisor): void {
  const entry = [...supervisors].find(([, one]) => one === supervisor);
  if (entry === undefined) return;
  supervisors.delete(entry[0]);
  const { server, owner } = supervisor;
  const key = keyOf(server, owner, owner.sessionId, { eras, supervisors });
  supervisors.set(supervisors.has(key) ? entry[0] : key, supervisor);
}

/** Whether the owner, who is gone, was the only one that this instance ran for. */
export function belongsTo({ server, owner }: Supervisor, gone: Owner): boolean {
  if (server.scope === 'shared' || owner.clientId !== gone.clientId) return false;
  return gone.sessionId === null || owner.sessionId === gone.sessionId;
}
