import { isRecord } from '../../json/isRecord.ts';

export type Plain = Readonly<Record<string, unknown>>;

/** RFC 7396: objects merge deep, everything else replaces, null removes. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/**
 * A patch with what follows from removing servers: they leave every client's `allow_servers`, `tool_policy` and `client_requests`.
 * @param target the registry as plain data
 */
export function withServersLeavingClients(target: Plain, patch: Plain): Plain {
  const removed = Object.entries(isRecord(patch['servers']) ? patch['servers'] : {})
    .filter(([, value]) => value === null)
    .map(([id]) => id);
  const merged = mergePatch(target, patch) as Plain;
  const clients = Object.entries(isRecord(merged['clients']) ? merged['clients'] : {});
  const follow = clients.flatMap(([id, client]) => {
    const leaving = leavingClient(client, removed);
    return leaving === null ? [] : [[id, leaving] as const];
  });
  if (follow.length === 0) return patch;
  return joinPatches(patch, { clients: Object.fromEntries(follow) });
}

function leavingClient(client: unknown, removed: readonly string[]): Plain | null {
  if (!isRecord(client)) return null;
  const allowed: unknown = client['allow_servers'];
  const stays = (id: unknown): boolean => !removed.includes(id as string);
  const lists =
    Array.isArray(allowed) && !allowed.every(stays) ? { allow_servers: allowed.filter(stays) } : {};
  const byServer = ['tool_policy', 'client_requests'].map((key) => withoutServers(client, key, removed));
  const leaving: Plain = byServer.reduce((all, one) => ({ ...all, ...one }), lists);
  return Object.keys(leaving).length > 0 ? leaving : null;
}

/** What a client has by server id, without these servers. */
function withoutServers(client: Plain, key: string, removed: readonly string[]): Plain {
  const has = client[key];
  const gone = isRecord(has) ? removed.filter((id) => Object.hasOwn(has, id)) : [];
  return gone.length > 0 ? { [key]: Object.fromEntries(gone.map((id) => [id, null])) } : {};
}

/** One patch that does what two do one after the other; the nulls of both stay. */
function joinPatches(first: Plain, second: Plain): Plain {
  const joined = new Map(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    const before = joined.get(key);
    joined.set(key, isRecord(before) && isRecord(value) ? joinPatches(before, value) : value);
  }
  return Object.fromEntries(joined);
}
