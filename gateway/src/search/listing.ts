import type { ToolListing } from '../registry/types.ts';
import { limitsOf } from './applications.ts';

/** What one connection says of itself. */
export interface Connection {
  /** Its address asks for it: `/mcp?tools=search`. */
  readonly asksForSearch: boolean;
  /** What the application calls itself in `clientInfo.name`. */
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

/** Whether the tools of the search can be called: also while there are so few tools that all are listed. */
export function hasSearch({ mode }: ToolListing, asksForSearch: boolean): boolean {
  return asksForSearch || mode !== 'all';
}

/** Whether whole definitions can be asked for: where tools are searched for, and where their listed descriptions are short. */
export function hasDescriptions(listing: ToolListing, asksForSearch: boolean): boolean {
  return listing.descriptions === 'short' || hasSearch(listing, asksForSearch);
}

/** Whether a name is among those that are listed all the same. */
export function isAlwaysListed({ always }: ToolListing, name: string): boolean {
  return always.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));
}
