import type { Instance } from '../../upstream/types.ts';
import type { Item, Kind } from '../items.ts';

/** A server as it introduced itself: its answer to `initialize` or `server/discover`, and the era it gave it in. */
export type Described = Pick<Instance, 'era' | 'initializeResult'>;

/** A complete list as it was last read. */
export interface RememberedList {
  readonly items: readonly Item[];
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** What this kind of client was given last, where another one has been given something else since. */
  readonly before?: readonly Item[];
  /** This kind of client is given something else than others: what they are given says nothing of it. */
  readonly apart?: true;
}

/** What a server offers to clients of one kind. */
export interface Remembered {
  /** For whom it was read, see `variantKey`. */
  readonly key: string;
  readonly described: Described;
  readonly lists: ReadonlyMap<Kind, RememberedList>;
}

/** What is kept of one server. */
export interface RememberedServer {
  /** Digest of all that determines what it offers; another one makes the rest void. */
  readonly definition: string;
  /** The newest last. */
  readonly variants: readonly Remembered[];
}
