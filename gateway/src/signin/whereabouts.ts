import type { Whereabouts } from '../addresses/loopbackOnly.ts';
import type { HttpServer } from '../registry/types.ts';
import { isLoopbackHost } from '../addresses/loopbackHost.ts';

/**
 * Where an address may be that a server names for its sign-in; undefined where LMCP does not contact it. What a server says must not
 * have LMCP reach what the server itself may not be: a server of this machine names addresses of this machine, every other one
 * public names by https. A server of this machine with a public `auth.issuer` may name public ones, too.
 */
export function whereaboutsOf(server: HttpServer, url: URL): Whereabouts | undefined {
  const { loopbackOnly, remote, allowPrivate } = server;
  if (url.origin === server.url.origin) return { loopbackOnly, remote, allowPrivate };
  const isHere = isLoopbackHost(server.url.hostname);
  if (isHere && isLoopbackHost(url.hostname))
    return { loopbackOnly: true, remote: false, allowPrivate: false };
  if (url.protocol !== 'https:' || isLoopbackHost(url.hostname)) return undefined;
  if (isHere && !isPublicIssuer(server.auth?.issuer)) return undefined;
  // Without `remote` and away from this machine a server is where its administrator has put it: so may be what it names.
  return { loopbackOnly: true, remote: true, allowPrivate: remote ? allowPrivate : !isHere };
}

function isPublicIssuer(issuer: string | undefined): boolean {
  const url = issuer === undefined ? null : URL.parse(issuer);
  return url !== null && !isLoopbackHost(url.hostname);
}
