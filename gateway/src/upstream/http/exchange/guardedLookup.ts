import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { mayConnect, type Whereabouts } from '../../../addresses/loopbackOnly.ts';
import { engineGateways } from './engineGateways.ts';

/** A name was resolved, to no address that may be connected to. */
export class ForbiddenAddressError extends Error {}

/**
 * Resolves a name for a connection that is about to be opened, to the addresses that it may be opened to: what was checked is
 * what is connected to, whatever DNS says the next time.
 */
export function guardedLookup(whereabouts: Whereabouts): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const allowed = allowedOf(whereabouts, hostname, found);
      const [first] = allowed;
      if (first === undefined) callback(new ForbiddenAddressError(hostname), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * Before a request goes through a proxy, which resolves names itself: a name that leads elsewhere than it may, as this machine
 * resolves it, is not asked for. One that only the proxy can resolve is left to it.
 * @throws ForbiddenAddressError
 */
export async function checkForProxy(
  whereabouts: Whereabouts,
  hostname: string,
  lookup: (hostname: string) => Promise<LookupAddress[]> = (name) => dns.promises.lookup(name, { all: true }),
): Promise<void> {
  // A literal address was checked before.
  const host = hostname.replace(/^\[|\]$/g, '');
  const found = await lookup(host).catch(() => []);
  if (allowedOf(whereabouts, host, found).length < found.length) throw new ForbiddenAddressError(hostname);
}

function allowedOf(
  { loopbackOnly, remote, allowPrivate }: Whereabouts,
  hostname: string,
  found: readonly LookupAddress[],
): LookupAddress[] {
  const gateways = engineGateways();
  return found.filter(({ address }) =>
    mayConnect({ loopbackOnly, remote, allowPrivate, hostname, address, engineGateways: gateways }),
  );
}
