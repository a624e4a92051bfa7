import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ApiErrorCode } from '../../api/errors.ts';
import { failureText } from '../answer/answer.ts';
import type { Rejections } from './rejections.ts';

interface Answer {
  readonly status: string;
  readonly code: Extract<ApiErrorCode, 'malformed_request' | 'request_too_large'>;
  readonly message: string;
}

const notHttp: Answer = {
  status: '400 Bad Request',
  code: 'malformed_request',
  message: 'this is not a valid HTTP/1.1 request',
};
const answers: Readonly<Record<string, Answer>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'malformed_request',
    message: 'request line and headers may have at most 16 KiB',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: '413 Payload Too Large',
    code: 'request_too_large',
    message: 'chunk extensions are too long',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'malformed_request',
    message: 'headers must be here within 10 s, the whole request within 30 s',
  },
};

function isAnswering(response: ServerResponse): boolean {
  return response.headersSent && !(response.req.complete && response.writableFinished);
}

/** A client that leaves without sending the rest of what has its answer already: that answer is logged. */
function isClientAbort(code: string, current: ServerResponse | undefined): boolean {
  return code === 'HPE_INVALID_EOF_STATE' && current?.headersSent === true && !current.req.complete;
}

/**
 * What Node's parser could not read: logged like every rejection, answered in words, and the connection ends.
 * @param current the last response begun on that connection: what came before may have been answered already
 */
export async function rejectUnreadable(
  rejections: Rejections,
  error: NodeJS.ErrnoException,
  socket: Socket,
  current: ServerResponse | undefined,
): Promise<void> {
  const { code = '' } = error;
  // A peer that left, or never sent a byte, requested nothing.
  const saidNothing = code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;
  const asksNothing = saidNothing || isClientAbort(code, current);
  if (!socket.writable || asksNothing || !(code.startsWith('HPE_') || code in answers)) {
    socket.destroy();
    return;
  }
  const answer = answers[code] ?? notHttp;
  const entry = { allowed: false, reason: answer.code, detail: { parser: code } };
  await rejections.reject({ event: 'http_rejected', ...entry }).catch(() => undefined);
  if (current !== undefined && isAnswering(current)) {
    // What is wrong is the rest of a request that has its answer already, or comes behind one that is being answered.
    if (current.writableFinished) socket.end();
    else current.once('close', () => socket.destroy());
    return;
  }
  if (socket.destroyed) return;
  const body = failureText(answer.code, answer.message);
  socket.end(
    `HTTP/1.1 ${answer.status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
