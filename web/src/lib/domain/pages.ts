/**
 * The pages of the interface by their routes: those with a name are in the navigation and in the search, the code of all is
 * fetched once the first page is shown, and the tests open each.
 */
export const pages = [
  { route: '/', name: 'Overview' },
  { route: '/activity', name: 'Activity' },
  { route: '/servers', name: 'Servers' },
  { route: '/servers/[server]', name: null },
  { route: '/servers/new', name: null },
  { route: '/clients', name: 'Clients' },
  { route: '/clients/[client]', name: null },
  { route: '/authorize', name: null },
  { route: '/access', name: 'Access' },
  { route: '/changes', name: 'Changes' },
  { route: '/try', name: 'Try' },
] as const;

/** Former addresses, which lead to a page. */
export const movedPages = ['/live', '/audit'] as const;

type Page = (typeof pages)[number];
export type NamedPage = Extract<Page, { name: string }>;

/** Those of the navigation, in its order. */
export const namedPages = pages.filter((page): page is NamedPage => page.name !== null);
