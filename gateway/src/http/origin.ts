import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { headerValue } from './door/headers.ts';

/** As the caller reached the gateway; the Host was checked at the door. */
export function originOf(request: IncomingMessage): string {
  const scheme = request.socket instanceof TLSSocket ? 'https' : 'http';
  return `${scheme}://${headerValue(request, 'host') ?? ''}`;
}
