/** The part of all places of a kind that one client may take: no client can take what the others need. */
const share = 1 / 4;

/** So many of a kind's places one client may take. */
export function placesOfOne(total: number): number {
  return Math.floor(total * share);
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
  if (own.length < placesOfOne(total) && taken < total) return true;
  const idle = own.flatMap((place) => {
    const since = idleSince(place);
    return since === undefined ? [] : [{ place, since }];
  });
  const [longest] = idle.sort((a, b) => a.since - b.since);
  if (longest === undefined) return false;
  end(longest.place);
  return true;
}
