import http from 'node:http';
import type { Duplex } from 'node:stream';

export function jsonHeaders(text: string): http.OutgoingHttpHeaders {
  return { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
}

/** An answer to a request for an upgrade, which has no ServerResponse. */
export function rawAnswer(socket: Duplex, status: number, text: string): void {
  const name = http.STATUS_CODES[status] ?? '';
  const length = Buffer.byteLength(text);
  socket.end(
    `HTTP/1.1 ${status} ${name}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${text}`,
  );
}
