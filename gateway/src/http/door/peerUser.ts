import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { endianness, networkInterfaces } from 'node:os';

/** Both ends of a connection, as the gateway sees them. */
export interface Connection {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

export type PeerUser =
  | { readonly kind: 'known'; readonly uid: number }
  /** The connection comes from this machine, and the kernel does not list its other end. */
  | { readonly kind: 'hidden' }
  /** The connection comes from another machine or through the Unix socket, or the system has no such list. */
  | { readonly kind: 'untold' };

const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/** The user whose program has the other end of a connection, where that is on this machine (Linux, proc_pid_net(5)). */
export async function peerUser(
  connection: Connection,
  read: (path: string) => Promise<string> = (path) => readFile(path, 'latin1'),
): Promise<PeerUser> {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = connection;
  // The Unix socket has no addresses; its folder is closed to other users.
  if (remoteAddress === '') return { kind: 'untold' };
  let listed: string[];
  try {
    listed = (await Promise.all(tables.map(read))).flatMap((text) => text.split('\n'));
  } catch {
    return { kind: 'untold' };
  }
  const own = forms(remoteAddress, remotePort);
  const other = forms(localAddress, localPort);
  for (const line of listed) {
    const [, local = '', remote = '', , , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
    // Without an inode no program has it any more, and the kernel names root for its user.
    if (own.includes(local) && other.includes(remote) && /^\d+$/.test(uid) && inode !== '0')
      return { kind: 'known', uid: Number(uid) };
  }
  return { kind: isOfThisMachine(remoteAddress, localAddress) ? 'hidden' : 'untold' };
}

/** A program of this machine that connects to one of its addresses has, unless it chooses otherwise, the same one. */
function isOfThisMachine(remote: string, local: string): boolean {
  const address = withoutMapping(remote);
  if (address.startsWith('127.') || address === '::1' || remote === local) return true;
  return Object.values(networkInterfaces()).some((found) =>
    (found ?? []).some((one) => withoutMapping(one.address) === address),
  );
}

/** Without the zone, and an IPv4 address that is written as IPv6 as what it is. */
function withoutMapping(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '');
}

/** As the kernel writes an end: 32-bit words in the order of the machine; an IPv4 address also inside IPv6. */
function forms(address: string, port: number): string[] {
  const plain = withoutMapping(address);
  const end = port.toString(16).toUpperCase().padStart(4, '0');
  if (!isIPv4(plain)) return [`${words(bytesOf(plain))}:${end}`];
  const four = plain.split('.').map(Number);
  return [`${words(four)}:${end}`, `${words([...Array<number>(10).fill(0), 255, 255, ...four])}:${end}`];
}

/** The 16 bytes of an IPv6 address (RFC 4291, section 2.2). */
function bytesOf(address: string): number[] {
  const [left = [], right = []] = address
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function words(bytes: readonly number[]): string {
  const starts = bytes.flatMap((_, at) => (at % 4 === 0 ? [at] : []));
  return starts.map((at) => word(bytes.slice(at, at + 4))).join('');
}

function word(bytes: readonly number[]): string {
  const ordered = endianness() === 'LE' ? [...bytes].reverse() : bytes;
  return ordered.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}
