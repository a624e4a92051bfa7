/**
 * The pages of the interface by their routes: those with a name are in the navigation and in the search, the code of all is
 * fetched once the first page is shown, and the tests open each.
 */
export const pages = [
  { route: '/', name: 'Overview', group: 'Monitor' },
  { route: '/activity', name: 'Activity', group: 'Monitor' },
  { route: '/servers', name: 'Servers', group: 'Configure' },
  { route: '/servers/[server]', name: null },
  { route: '/servers/new', name: null },
  { route: '/clients', name: 'Clients', group: 'Configure' },
  { route: '/clients/[client]', name: null },
  { route: '/authorize', name: null },
  { route: '/access', name: 'Access', group: 'Configure' },
  { route: '/changes', name: 'Changes', group: 'Configure' },
  { route: '/changes/file', name: null },
  { route: '/try', name: 'Playground', group: 'Tools' },
  { route: '/settings', name: 'Settings', group: 'Gateway' },
] as const;

/** Former addresses, which lead to a page. */
export const movedPages = ['/live', '/audit'] as const;

type Page = (typeof pages)[number];
export type NamedPage = Extract<Page, { name: string }>;

/** Those of the navigation, in its order. */
export const namedPages = pages.filter((page): page is NamedPage => page.name !== null);

/** The same by what they are for. */
export const pageGroups: readonly (readonly [group: NamedPage['group'], pages: readonly NamedPage[]])[] = [
  ...Map.groupBy(namedPages, ({ group }) => group),
];

/** What a narrow screen has in its bar; the others are behind "More". */
export const barPages: readonly NamedPage['name'][] = ['Overview', 'Activity', 'Servers', 'Access'];
