import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { mayConnect, type Whereabouts } from '../../../addresses/loopbackOnly.ts';
import { engineGateways } from './engineGateways.ts';

/** A name was resolved, to no address that may be connected to. */
export class ForbiddenAddressError extends Error {}

/**
 * Resolves a name for a connection that is about to be opened, to the addresses that it may be opened to: what was checked is
 * what is connected to, whatever DNS says the next time.
 */
export function guardedLookup({ loopbackOnly, remote, allowPrivate }: Whereabouts): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const gateways = engineGateways();
      const allowed = found.filter(({ address }) =>
        mayConnect({ loopbackOnly, remote, allowPrivate, hostname, address, engineGateways: gateways }),
      );
      const [first] = allowed;
      if (first === undefined) callback(new ForbiddenAddressError(hostname), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
