/**
 * The pages of the interface by their routes: those with a name are in the navigation and in the search, the code of all is
 * fetched once the first page is shown, and the tests open each.
 */
export const pages = [
  { route: '/', name: 'Overview' },
  { route: '/live', name: 'Live' },
  { route: '/access', name: 'Access' },
  { route: '/clients', name: 'Clients' },
  { route: '/clients/[client]', name: null },
  { route: '/servers', name: 'Servers' },
  { route: '/servers/[server]', name: null },
  { route: '/servers/new', name: null },
  { route: '/audit', name: 'Audit' },
  { route: '/try', name: 'Try' },
  { route: '/changes', name: 'Changes' },
] as const;

type Page = (typeof pages)[number];
export type NamedPage = Extract<Page, { name: string }>;

/** Those of the navigation, in its order. */
export const namedPages = pages.filter((page): page is NamedPage => page.name !== null);
