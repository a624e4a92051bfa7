import type { IncomingMessage } from 'node:http';
import { headerValue } from './door/headers.ts';

/** As the caller reached the gateway; the Host was checked at the door. */
export function originOf(request: IncomingMessage): string {
  return `http://${headerValue(request, 'host') ?? ''}`;
}
