import type { Instance } from '../../upstream/types.ts';
import type { Item, Kind } from '../items.ts';

/** A server's result of `initialize` or `server/discover`, and its era. */
export type Described = Pick<Instance, 'era' | 'initializeResult'>;

/** A complete list, as last read. */
export interface RememberedList {
  readonly items: readonly Item[];
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The last list of this kind of client, if another kind has got a different one since. */
  readonly before?: readonly Item[];
  /** Whether this kind of client gets a different list than others, whose lists then don't apply to it. */
  readonly apart?: true;
}

/** The lists of a server for one kind of client. */
export interface Remembered {
  /** Its reader, see `variantKey`. */
  readonly key: string;
  readonly described: Described;
  readonly lists: ReadonlyMap<Kind, RememberedList>;
}

/** Everything remembered of one server. */
export interface RememberedServer {
  /** Digest of everything that determines its lists; a different digest invalidates the rest. */
  readonly definition: string;
  /** The newest last. */
  readonly variants: readonly Remembered[];
}
