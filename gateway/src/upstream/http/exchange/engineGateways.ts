import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { insideImage } from '../../../registry/container/productImage.ts';

/**
 * The addresses that host.docker.internal may have, from the engine itself and never from DNS: in the product's image the line
 * that the engine wrote into /etc/hosts, on a host the address of the engine's own bridge.
 */
export function engineGateways(): readonly string[] {
  if (insideImage()) return hostsEntries(readFileSync('/etc/hosts', 'utf8'), 'host.docker.internal');
  return networkInterfaces()['docker0']?.map(({ address }) => address) ?? [];
}

/** The addresses of a name in a hosts file (hosts(5)). */
export function hostsEntries(text: string, name: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return names.includes(name) ? [address] : [];
  });
}
