import type { Item } from './items.ts';

/** A tool as its server describes it: `name` is checked, all else is passed on as it came. */
export type Tool = Item & { readonly name: string };

/** How a listed tool compares with its approved definition. */
export type ListedDefinition = 'approved' | 'new' | 'changed';

/** `listed`: the server lists it, and nobody asked for more; `unlisted`: it lists no such tool; `unknown`: it was not asked. */
export type ToolDefinition = ListedDefinition | 'listed' | 'unlisted' | 'unknown';
