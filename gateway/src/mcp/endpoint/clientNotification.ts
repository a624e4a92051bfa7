import type { UpstreamPool } from '../../upstream/types.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { isRequestId, own, type RpcNotification } from '../jsonrpc/message.ts';
import type { Session } from '../session/session.ts';

/** What a notification of a client does, in its session and at servers. */
export interface Reach {
  /** Those that it reaches: none, perhaps. */
  readonly servers: readonly string[];
  /** It costs nothing: what it ends was paid for. */
  readonly free: boolean;
  act(): void;
}

/** Undefined for one that has no effect. Nothing happens before `act`. */
export function reachOf(
  pool: UpstreamPool,
  caller: Caller,
  session: Session | undefined,
  { method, params }: RpcNotification,
): Reach | undefined {
  if (method === 'notifications/cancelled') return cancelling(session, own(params, 'requestId'));
  if (method !== 'notifications/roots/list_changed' || session?.capabilities.roots === undefined)
    return undefined;
  const { client, only } = caller;
  const allowed = [...client.allowServers].filter((id) => only === null || only === id);
  const running = pool.running(allowed, ownerOf(caller)).filter(({ era }) => era === 'legacy');
  const servers = running.map(({ serverId }) => serverId);
  const act = (): void => {
    // Known roots are out of date, also where no server is told.
    session.rootsChanged();
    pool.rootsChanged(servers, ownerOf(caller));
  };
  return { servers, free: false, act };
}

function cancelling(session: Session | undefined, id: unknown): Reach | undefined {
  if (session === undefined || !isRequestId(id)) return undefined;
  const serverId = session.serverOf(id);
  return serverId === undefined
    ? undefined
    : { servers: [serverId], free: true, act: () => session.cancel(id) };
}
