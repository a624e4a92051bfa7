import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { endianness } from 'node:os';

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
  /** It does not come over loopback, or the system has no such list. */
  | { readonly kind: 'untold' };

const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/** The user whose program has the other end of a connection over loopback (Linux, proc_pid_net(5)). */
export async function peerUser(
  connection: Connection,
  read: (path: string) => Promise<string> = (path) => readFile(path, 'latin1'),
): Promise<PeerUser> {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = connection;
  if (!isLoopback(remoteAddress)) return { kind: 'untold' };
  let listed: string[];
  try {
    listed = (await Promise.all(tables.map(read))).flatMap((text) => text.split('\n'));
  } catch {
    return { kind: 'untold' };
  }
  const own = forms(remoteAddress, remotePort);
  const other = forms(localAddress, localPort);
  for (const line of listed) {
    const [, local = '', remote = '', , , , , uid = ''] = line.trim().split(/\s+/);
    if (own.includes(local) && other.includes(remote) && /^\d+$/.test(uid))
      return { kind: 'known', uid: Number(uid) };
  }
  return { kind: 'hidden' };
}

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\./.test(address) || address === '::1';
}

/** As the kernel writes an end: 32-bit words in the order of the machine; an IPv4 address also inside IPv6. */
function forms(address: string, port: number): string[] {
  const plain = address.replace(/^::ffff:/, '');
  const end = port.toString(16).toUpperCase().padStart(4, '0');
  if (!isIPv4(plain)) return [`${'0'.repeat(24)}${word([0, 0, 0, 1])}:${end}`];
  const four = word(plain.split('.').map(Number));
  return [`${four}:${end}`, `${'0'.repeat(16)}${word([0, 0, 255, 255])}${four}:${end}`];
}

function word(bytes: readonly number[]): string {
  const ordered = endianness() === 'LE' ? [...bytes].reverse() : bytes;
  return ordered.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}
