import type { ForeignReason } from './hostGuard.ts';

/** What a browser says about a request (Fetch Metadata Request Headers); undefined where it does not say it. */
export interface Fetched {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly site: string | undefined;
  readonly mode: string | undefined;
  readonly dest: string | undefined;
  readonly origin: string | undefined;
}

/** Pages of the gateway itself, and what a person opens by address, bookmark or another program. */
const ownSites: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * Does a page of another origin send this request? It may only open the interface in a window of its own, or bring a sign-in to a server to its end; pages of origins
 * that the registry lists may do what clients may. Decided by the site, not by the mode: Node's own fetch sends
 * `Sec-Fetch-Mode: cors` and no site.
 */
export function checkSite(fetched: Fetched, allowedOrigins: readonly string[]): ForeignReason | undefined {
  const { site, origin } = fetched;
  if (site === undefined || ownSites.has(site)) return undefined;
  if (origin !== undefined && allowedOrigins.includes(origin)) return undefined;
  return opensPage(fetched) ? undefined : 'origin_not_allowed';
}

/** The interface, and where an authorization server sends the browser back to: what it may do there is decided by its `state`. */
function opensPage({ method, path, mode, dest }: Fetched): boolean {
  const isPage = path === '/ui' || path.startsWith('/ui/') || path === '/oauth/callback';
  return isPage && method === 'GET' && mode === 'navigate' && dest === 'document';
}
