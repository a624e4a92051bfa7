import { createHash } from 'node:crypto';

/** Above every user of a machine, so that no limit or signal of the kernel is shared with one; below it inside a rootless engine's 65,536. */
const ranges = { rootful: { first: 200_000, count: 65_536 }, rootless: { first: 20_000, count: 40_000 } };

/** A user, and group, for the containers of one server: the same at each start. */
export function ownUser(identity: { instance: string; server: string }, isRootless: boolean): string {
  const { first, count } = ranges[isRootless ? 'rootless' : 'rootful'];
  const digest = createHash('sha256')
    .update(JSON.stringify([identity.instance, identity.server]))
    .digest();
  const id = first + (digest.readUInt32BE(0) % count);
  return `${id}:${id}`;
}
