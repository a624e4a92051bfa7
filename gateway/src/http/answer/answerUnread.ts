import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonHeaders, type ResponseHeaders } from './answer.ts';

/** How much more is read, and how long is waited, for a client that continues to send; bytes and milliseconds. */
const [maxDiscarded, lingerMs] = [4 * 1024 * 1024, 1_000];

/**
 * Answers a request whose body is not read to its end, and ends the connection. Closed immediately, it would be reset while the client
 * is still sending, and the answer lost with it: what comes is thrown away for a moment (RFC 9112, section 9.6).
 */
export function answerUnread(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: ResponseHeaders = {},
): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...jsonHeaders(text), ...headers, Connection: 'close' });
  response.write(text);
  let left = maxDiscarded;
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) end();
  });
  request.once('end', end);
  request.once('close', end);
  request.resume();
}
