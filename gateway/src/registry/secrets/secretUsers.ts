import type { Registry } from '../types.ts';

/** The servers that use each secret, by its name. */
export function secretUsers({ servers }: Registry): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { id, secrets } of servers.values()) {
    for (const name of secrets?.keys() ?? []) users.set(name, [...(users.get(name) ?? []), id]);
  }
  return users;
}
