import { isIPv6 } from 'node:net';

interface Connection {
  readonly remoteAddress?: string | undefined;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Counts the open connections of each remote address: another machine may have some of the places of all, and not all of them.
 * Those of this machine are not counted: there the number of all connections is the limit.
 */
export class AddressConnections {
  readonly #max: () => number;
  readonly #open = new Map<string, number>();

  /** @param max of one address, as the registry says it now */
  constructor(max: () => number) {
    this.#max = max;
  }

  /** False where the address has as many as it may have: the connection is not counted then. */
  admit(socket: Connection): boolean {
    const place = placeOf(socket.remoteAddress ?? '');
    if (place === undefined) return true;
    const open = this.#open.get(place) ?? 0;
    if (open >= this.#max()) return false;
    this.#open.set(place, open + 1);
    socket.once('close', () => this.#closed(place));
    return true;
  }

  #closed(place: string): void {
    const left = (this.#open.get(place) ?? 1) - 1;
    if (left > 0) this.#open.set(place, left);
    else this.#open.delete(place);
  }
}

/** An IPv4 address, or the /64 of an IPv6 address, which one machine usually has to itself; undefined for loopback. */
function placeOf(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (plain === '' || plain === '::1' || plain.startsWith('127.')) return undefined;
  return isIPv6(plain) ? prefixOf(plain) : plain;
}

function prefixOf(address: string): string {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const filled =
    tail === undefined
      ? groups
      : [...groups, ...Array<string>(8 - groups.length - rest.length).fill('0'), ...rest];
  return filled.slice(0, 4).join(':');
}
