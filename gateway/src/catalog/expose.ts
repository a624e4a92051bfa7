import type { NamedItem } from './items.ts';
import { exposeAll, type ItemAddress } from './names.ts';

/** The tools or prompts of one server. */
export interface Offered<I extends NamedItem = NamedItem> {
  readonly serverId: string;
  readonly items: readonly I[];
}

/** A tool or prompt under its exposed name, and the address that the name refers to. */
export interface Exposed<I extends NamedItem = NamedItem> {
  readonly address: ItemAddress;
  readonly item: I;
}

/** The tools (or prompts) of all servers, each under a unique name; besides an alias's title and `_meta`, only names change. */
export function exposeItems(offers: readonly Offered[]): Exposed[] {
  const addressed = offers.flatMap(({ serverId, items }) =>
    items.map((item) => ({ address: { serverId, name: item.name }, item })),
  );
  const items = new Map(addressed.map(({ address, item }) => [addressKey(address), item]));
  return [...exposeAll(addressed.map(({ address }) => address))].flatMap(([name, address]) => {
    const item = items.get(addressKey(address));
    return item === undefined ? [] : [{ address, item: rename(item, name, address) }];
  });
}

function rename(item: NamedItem, name: string, address: ItemAddress): NamedItem {
  if (name === `${address.serverId}__${address.name}`) return { ...item, name };
  const meta = typeof item['_meta'] === 'object' ? item['_meta'] : {};
  const original = { server: address.serverId, tool: address.name };
  return {
    ...item,
    name,
    title: item['title'] ?? address.name,
    _meta: { ...meta, 'lmcp/original': original },
  };
}

function addressKey({ serverId, name }: ItemAddress): string {
  return `${serverId}\0${name}`;
}
