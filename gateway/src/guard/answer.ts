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

/** The engine's answer as it comes, streams included; closing either side closes both. */
export function forward(onward: http.ClientRequest, response: http.ServerResponse): void {
  response.on('close', () => onward.destroy());
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, jsonHeaders(engineGone)).end(engineGone);
  });
  onward.on('response', (answer) => {
    const type = answer.headers['content-type'];
    const length = answer.headers['content-length'];
    response.writeHead(answer.statusCode ?? 502, {
      ...(type !== undefined && { 'Content-Type': type }),
      ...(length !== undefined && { 'Content-Length': length }),
    });
    response.flushHeaders();
    answer.pipe(response);
  });
}

const engineGone = JSON.stringify({ message: 'engine guard: the engine does not answer' });
