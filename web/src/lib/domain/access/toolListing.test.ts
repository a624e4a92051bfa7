import type { ClientView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { expect, test } from 'vitest';
import { mergePatch } from './patch.ts';
import { readToolListing, toolListingPatch, type ToolListing } from './toolListing.ts';

const view = (tools?: ClientView['tools']): ClientView => ({
  token_status: 'set',
  allow_servers: [],
  ...(tools !== undefined && { tools }),
});
const plain: ToolListing = { mode: 'all', max: null, isShort: false };

test.each<[ClientView['tools'] | undefined, ToolListing]>([
  [undefined, plain],
  ['search', { ...plain, mode: 'search' }],
  [{ max: 40 }, { ...plain, mode: 'auto', max: 40 }],
  [
    { mode: 'all', descriptions: 'short' },
    { ...plain, isShort: true },
  ],
])('%j is read as %j', (tools, listing) => {
  expect(readToolListing(view(tools))).toEqual(listing);
});

test.each<[ClientView['tools'] | undefined, ToolListing, unknown]>([
  [undefined, { ...plain, mode: 'auto' }, 'auto'],
  ['auto', plain, undefined],
  [{ mode: 'auto', max: 40 }, { ...plain, mode: 'auto' }, 'auto'],
  ['auto', { ...plain, mode: 'auto', max: 40 }, { mode: 'auto', max: 40 }],
  [
    { mode: 'auto', max: 40 },
    { ...plain, mode: 'search', max: 40, isShort: true },
    { mode: 'search', descriptions: 'short' },
  ],
  [
    { mode: 'all', always: ['a'] },
    { ...plain, mode: 'search' },
    { mode: 'search', always: ['a'] },
  ],
])('changing %j to %j writes %j', (tools, listing, written) => {
  const before = { clients: { codex: view(tools) } };
  const after = mergePatch(before, toolListingPatch('codex', before.clients.codex, listing));
  expect(after.clients.codex.tools).toEqual(written);
});
