/** The part of all places of a kind that one client may take: no client can take what the others need. */
const share = 1 / 4;
/** The part of a total that is reserved for owners that hold little, where few others have taken the rest. */
const kept = 1 / 4;

/** How many of a kind's places one client may take. */
export function placesOfOne(total: number): number {
  return Math.floor(total * share);
}

/** What is shared by many owners, as it is when one of them wants more. */
export interface Taken {
  readonly total: number;
  /** By all owners. */
  readonly taken: number;
  /** By the owner that wants more. */
  readonly own: number;
}

/**
 * How much one owner may have: its share of the total; once a quarter of the total is left, its share of what no other owner has,
 * so that a few owners together don't take everything.
 */
export function partOf(ownShare: number, { total, taken, own }: Taken, wanted: number): number {
  const others = taken + wanted > total * (1 - kept) ? taken - own : 0;
  return (total - others) * ownShare;
}

/** Whether a client may take one more place; while any is free, who has none may. */
export function mayTakePlace(now: Taken): boolean {
  return now.taken < now.total && now.own < Math.max(1, Math.floor(partOf(share, now, 1)));
}

/** The places of one kind, as they are when a client wants one more. */
export interface Places<Place> {
  readonly total: number;
  /** Of all clients. */
  readonly taken: number;
  /** The client's own, oldest first. */
  readonly own: readonly Place[];
  /** Monotonic milliseconds since when a place is idle; undefined for one in use. */
  readonly idleSince: (place: Place) => number | undefined;
  readonly end: (place: Place) => void;
}

/**
 * Makes room for one more place of a client. Where it has its part, or all are taken, its own longest-idle place is ended; one in
 * use, and one of another client, never.
 * @returns false when there is no room: the new place is rejected
 */
export function makeRoom<Place>({ total, taken, own, idleSince, end }: Places<Place>): boolean {
  if (mayTakePlace({ total, taken, own: own.length })) return true;
  const idle = own.flatMap((place) => {
    const since = idleSince(place);
    return since === undefined ? [] : [{ place, since }];
  });
  const [longest] = idle.sort((a, b) => a.since - b.since);
  if (longest === undefined) return false;
  end(longest.place);
  return true;
}
