import { BlockList, isIP } from 'node:net';
import { isPrivateAddress, isPublicAddress } from './publicAddress.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** `127.0.0.0/8`, `::1`, and the former written as IPv6 (`::ffff:127.0.0.1`). */
function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

export interface Listening {
  readonly loopbackOnly: boolean;
  /** A resolved address. */
  readonly address: string;
  /** In the product's image: which addresses reach the port is decided by how it is published. */
  readonly published: boolean;
}

/** Whether the gateway may listen at an address (`lmcp.loopback_only`). */
export function mayBind({ loopbackOnly, address, published }: Listening): boolean {
  return !loopbackOnly || published || isLoopbackAddress(address);
}

/**
 * The loopback address that listening at `address` leaves to other programs, where clients of this machine are told to look:
 * "localhost" may mean either. Undefined where there is none.
 */
export function otherLoopback(address: string): string | undefined {
  if (address === '127.0.0.1' || address === '0.0.0.0') return '::1';
  return address === '::1' ? '127.0.0.1' : undefined;
}

/** Where a server may be. */
export interface Whereabouts {
  readonly loopbackOnly: boolean;
  readonly remote: boolean;
  readonly allowPrivate: boolean;
}

export interface Connecting extends Whereabouts {
  /** As the URL has it. */
  readonly hostname: string;
  /** What it was resolved to: the address of the connection. */
  readonly address: string;
  /** Addresses at which the container engine gives its containers their host. */
  readonly engineGateways: readonly string[];
}

/** Whether a connection to a server may be opened (`lmcp.loopback_only`, `servers.<id>.remote`). */
export function mayConnect(connecting: Connecting): boolean {
  const { loopbackOnly, remote, hostname, address, engineGateways } = connecting;
  if (remote) return isPublicAddress(address) || (connecting.allowPrivate && isPrivateAddress(address));
  if (!loopbackOnly || isLoopbackAddress(address)) return true;
  return hostname === 'host.docker.internal' && engineGateways.includes(address);
}
