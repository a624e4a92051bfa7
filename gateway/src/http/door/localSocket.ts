import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const local = new WeakSet<Socket>();

/** A connection of the gateway's Unix socket. */
export function markLocal(socket: Socket): void {
  local.add(socket);
}

/**
 * Whether a request came through the gateway's Unix socket, whose folder the gateway's own user alone may enter: it was
 * sent by that user or root, and by no web page. It proves no client and no management token: those are needed as everywhere.
 */
export function cameThroughSocket(request: IncomingMessage): boolean {
  return local.has(request.socket);
}
