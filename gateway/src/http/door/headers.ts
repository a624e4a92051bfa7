import type { IncomingMessage } from 'node:http';
import { readRequestId } from '../../audit/trail.ts';

/** Every value of a header in order: `headers` would fold or drop doubled ones. */
export function headerValues(request: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  const { rawHeaders } = request;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const field = rawHeaders[i] ?? '';
    // On the way of each call: most fields are told apart by their length alone.
    if (field.length === name.length && field.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '');
  }
  return values;
}

export function headerValue(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The caller's `X-Request-Id`, for the audit log. */
export function requestIdOf(request: IncomingMessage): string | null {
  return readRequestId(headerValue(request, 'x-request-id'));
}
