import { hash } from 'node:crypto';

/** The longest name that every client and model API takes once it has put its own prefix before it. */
const maxLength = 52;
const fit = /^[A-Za-z0-9_-]{1,52}$/;
const aliasEnd = /_[0-9a-f]{8,64}$/;

/** Which tool of which server an exposed name stands for. */
export interface ToolAddress {
  readonly serverId: string;
  readonly tool: string;
}

/**
 * The name under which a server's tool is offered: `<server>__<tool>` where that is fit, else a readable stump with a hash of
 * the whole. Server ids hold no `__` and end in no `_`, so a fit name can be taken apart at its first `__`.
 * @param hashLength hex digits of the hash, 8 unless two names met
 */
export function exposedName(serverId: string, tool: string, hashLength = 8): string {
  const plain = `${serverId}__${tool}`;
  return fit.test(plain) ? plain : alias(serverId, tool, hashLength);
}

function alias(serverId: string, tool: string, hashLength: number): string {
  const digest = hash('sha256', `${serverId}\0${tool.toWellFormed()}`, 'hex').slice(0, hashLength);
  const readable = `${serverId}__${tool.replace(/[^A-Za-z0-9_-]+/g, '_')}`;
  return `${readable.slice(0, maxLength - hashLength - 1)}_${digest}`;
}

/** True for a name that may be an alias: it can only be resolved by the list it came from. */
export function looksLikeAlias(name: string): boolean {
  return name.length === maxLength ? aliasEnd.test(name) : name.includes('__') && aliasEnd.test(name);
}

/** Takes a plain name apart: `<server>__<tool>`, or the older `<server>.<tool>`; undefined when it is neither. */
export function splitName(name: string): ToolAddress | undefined {
  const [separator, at] = [['__', name.indexOf('__')] as const, ['.', name.indexOf('.')] as const]
    .filter(([, index]) => index > 0)
    .sort(([, a], [, b]) => a - b)[0] ?? ['', -1];
  if (at < 0) return undefined;
  const tool = name.slice(at + separator.length);
  return tool === '' ? undefined : { serverId: name.slice(0, at), tool };
}

/**
 * Names for all tools offered together, never two alike: plain names first, since they must stay what they are, then aliases,
 * with a longer hash where an alias meets a name that is taken. The same address gets the same name whatever the order.
 */
export function exposeAll(addresses: Iterable<ToolAddress>): Map<string, ToolAddress> {
  const names = new Map<string, ToolAddress>();
  const aliased: ToolAddress[] = [];
  for (const address of addresses) {
    const name = exposedName(address.serverId, address.tool);
    if (name === `${address.serverId}__${address.tool}`) names.set(name, address);
    else aliased.push(address);
  }
  aliased.sort((a, b) => compare(a.serverId, b.serverId) || compare(a.tool, b.tool));
  for (const address of aliased) {
    for (let length = 8; ; length += 8) {
      const name = exposedName(address.serverId, address.tool, length);
      const taken = names.get(name);
      if (taken?.serverId === address.serverId && taken.tool === address.tool) break;
      if (taken !== undefined && length < 40) continue;
      if (taken === undefined) names.set(name, address);
      break;
    }
  }
  return names;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
