import { BlockList, isIP } from 'node:net';

/** What is not of the public internet (IANA special-purpose address registries), the metadata services of clouds among it. */
const special = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(net, prefix, 'ipv6');
}
/** The only range of IPv6 that is assigned; addresses that stand for one of IPv4 are outside of it. */
const assigned = new BlockList();
assigned.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return family === 6 && assigned.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** Networks that belong to somebody (RFC 1918, RFC 6598, RFC 4193). */
const ofSomebody = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  ofSomebody.addSubnet(net, prefix, 'ipv4');
}
ofSomebody.addSubnet('fc00::', 7, 'ipv6');
/** What tells a machine in a cloud its credentials, where it has an address of such a network. */
const metadata = new Set(['100.100.100.200', 'fd00:ec2::254']);

/** Whether an IP address is one of a private network: neither this machine's own, nor that of a metadata service. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !metadata.has(address) && ofSomebody.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
