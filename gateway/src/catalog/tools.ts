import type { Item } from './items.ts';

/** A tool as its server describes it: `name` is checked, all else is passed on as it came. */
export type Tool = Item & { readonly name: string };
