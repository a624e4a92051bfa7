import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { asksForCertificates, type ConnectionIdentity } from '../../clients/connectionIdentity.ts';
import { certificateNames } from '../../clients/certificateNames.ts';
import type { Registry } from '../../registry/types.ts';

const bySocket = new WeakMap<Socket, Extract<ConnectionIdentity, { readonly kind: 'client' }>>();
const byCertificate = new WeakMap<Socket, readonly string[]>();
const none: ConnectionIdentity = { kind: 'none' };

/** A connection of the Unix socket of one client (`clients.<id>.socket`): who may connect to it is that client. */
export function markClientSocket(
  socket: Socket,
  identity: { readonly clientId: string; readonly key: string },
): void {
  bySocket.set(socket, { kind: 'client', ...identity });
}

export function cameThroughClientSocket(request: IncomingMessage): boolean {
  return bySocket.has(request.socket);
}

/** Whom the connection of a request belongs to, whatever the request says. */
export function connectionIdentity(request: IncomingMessage, registry: Registry): ConnectionIdentity {
  const { socket } = request;
  if (!(socket instanceof TLSSocket)) return bySocket.get(socket) ?? none;
  // Only what an authority of the registry vouches for: Node sets `authorized` where the whole chain verifies.
  if (!socket.authorized || !asksForCertificates(registry.settings)) return none;
  let names = byCertificate.get(socket);
  if (names === undefined)
    byCertificate.set(socket, (names = certificateNames(socket.getPeerX509Certificate())));
  const found = [...registry.clients.values()].flatMap(({ id, certificates }) => {
    const name = certificates.find((one) => names.includes(one));
    return name === undefined ? [] : [{ kind: 'client', clientId: id, key: `certificate:${name}` } as const];
  });
  return found.length > 1 ? { kind: 'ambiguous' } : (found[0] ?? none);
}
