import type { ToolListing } from '../registry/types.ts';
import { limitsOf } from './applications.ts';

/** What a connection declares about itself. */
export interface Connection {
  /** Its URL selects tool search: `/mcp?tools=search`. */
  readonly asksForSearch: boolean;
  /** The application's name, from `clientInfo.name`. */
  readonly application: string | undefined;
}

/** Whether tools are searched for rather than listed. */
export function listsBySearch(
  { mode, max }: ToolListing,
  { asksForSearch, application }: Connection,
  tools: number,
): boolean {
  if (asksForSearch || mode === 'search') return true;
  if (mode === 'all') return false;
  const limits = limitsOf(application);
  return limits?.defers !== true && tools > Math.min(max, limits?.limit ?? max);
}

/** Whether the search tools can be called, even while there are so few tools that all are listed. */
export function hasSearch({ mode }: ToolListing, asksForSearch: boolean): boolean {
  return asksForSearch || mode !== 'all';
}

/** Whether full definitions can be requested: with tool search, and with short descriptions. */
export function hasDescriptions(listing: ToolListing, asksForSearch: boolean): boolean {
  return listing.descriptions === 'short' || hasSearch(listing, asksForSearch);
}

/** Whether a name is among those that are always listed. */
export function isAlwaysListed({ always }: ToolListing, name: string): boolean {
  return always.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));
}
