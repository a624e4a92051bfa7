import { hash } from 'node:crypto';

/** The longest name that every client and model API accepts after adding its own prefix. */
const maxLength = 52;
/** Hex digits of the longest hash of an alias. */
const maxHashLength = 40;
/** The part of an alias that always shows its server: what remains after the longest hash. */
export const aliasPrefixLength = maxLength - maxHashLength - 1;
const fit = /^[A-Za-z0-9_-]{1,52}$/;
const aliasEnd = /_[0-9a-f]{8,64}$/;

/** The server and the tool or prompt that an exposed name refers to. */
export interface ItemAddress {
  readonly serverId: string;
  /** The server's own name for it. */
  readonly name: string;
}

/**
 * The exposed name of a server's tool or prompt: `<server>__<name>` if that is valid, otherwise a readable prefix with a hash of
 * the whole. Server ids contain no `__` and don't end in `_`, so a plain name can be split at its first `__`.
 * @param hashLength hex digits of the hash, 8 unless two names collide
 */
export function exposedName(serverId: string, name: string, hashLength = 8): string {
  const plain = `${serverId}__${name}`;
  return fit.test(plain) ? plain : alias(serverId, name, hashLength);
}

function alias(serverId: string, name: string, hashLength: number): string {
  const digest = hash('sha256', `${serverId}\0${name.toWellFormed()}`, 'hex').slice(0, hashLength);
  const readable = `${serverId}__${name.replace(/[^A-Za-z0-9_-]+/g, '_')}`;
  return `${readable.slice(0, maxLength - hashLength - 1)}_${digest}`;
}

/** True for a name that may be an alias, which can only be resolved with the list it came from. */
export function looksLikeAlias(name: string): boolean {
  return name.length === maxLength ? aliasEnd.test(name) : name.includes('__') && aliasEnd.test(name);
}

/** Splits a plain name: `<server>__<name>`, or the older `<server>.<name>`; returns undefined for any other. */
export function splitName(exposed: string): ItemAddress | undefined {
  const [plain, older] = [exposed.indexOf('__'), exposed.indexOf('.')];
  const isOlder = older > 0 && (plain <= 0 || older < plain);
  const at = isOlder ? older : plain;
  if (at <= 0) return undefined;
  const name = exposed.slice(at + (isOlder ? 1 : 2));
  return name === '' ? undefined : { serverId: exposed.slice(0, at), name };
}

/**
 * Unique names for everything that is exposed together: plain names first, since they must not change, then aliases, with a
 * longer hash if an alias collides with a name. An address gets the same name in any order.
 */
export function exposeAll(addresses: Iterable<ItemAddress>): Map<string, ItemAddress> {
  const names = new Map<string, ItemAddress>();
  const aliased: ItemAddress[] = [];
  for (const address of addresses) {
    const name = exposedName(address.serverId, address.name);
    if (name === `${address.serverId}__${address.name}`) names.set(name, address);
    else aliased.push(address);
  }
  aliased.sort((a, b) => compare(a.serverId, b.serverId) || compare(a.name, b.name));
  for (const address of aliased) {
    for (let length = 8; ; length += 8) {
      const name = exposedName(address.serverId, address.name, length);
      const taken = names.get(name);
      if (taken?.serverId === address.serverId && taken.name === address.name) break;
      if (taken !== undefined && length < maxHashLength) continue;
      if (taken === undefined) names.set(name, address);
      break;
    }
  }
  return names;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
