import type { Era } from '../types.ts';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { HttpServer } from '../../registry/types.ts';
import { owner, testPool } from './pool.ts';
import { httpServer } from './servers.ts';

/** A request that a stub was sent. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly id?: number;
    readonly method?: string;
    readonly params?: { readonly name?: string };
  };
}
export type Handler = (seen: Seen, response: ServerResponse) => void;

/** Listens on a free port of the loopback until the test is over, or only until `stopListening`. */
async function listen(
  listener: RequestListener,
): Promise<{ readonly origin: string; readonly stopListening: () => void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stopListening: () => {
      server.close();
      server.closeIdleConnections();
    },
  };
}

export interface Stub {
  readonly origin: string;
  readonly seen: Seen[];
  /** Takes no more connections; those that carry a request stay. */
  readonly stopListening: () => void;
}

/**
 * An HTTP server that hands every request to a handler, and remembers it.
 * @param era with a handshake, a server rejects the question for its era; that is not what tests of such servers are about
 */
export async function serve(handler: Handler, era: Era = 'legacy'): Promise<Stub> {
  const seen: Seen[] = [];
  const listening = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = (text === '' ? {} : JSON.parse(text)) as Seen['body'];
      if (era === 'legacy' && body.method === 'server/discover') return void response.writeHead(400).end();
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      seen.push(one);
      handler(one, response);
    });
  });
  return { ...listening, seen };
}

export const json = (response: ServerResponse, text: string, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(text);
export const result = (id: unknown, text: string): string =>
  `{"jsonrpc":"2.0","id":${String(id)},"result":${text}}`;
export const initialized =
  '{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"h","version":"1"}}';
export const said = (text: string): string => `{"content":[{"type":"text","text":"${text}"}]}`;

/** Streamable HTTP with a session; tool calls go to the test's own handler. */
export const streamable =
  (call: Handler, get: Handler = (_seen, response) => void response.writeHead(405).end()): Handler =>
  (seen, response) => {
    if (seen.method === 'GET') get(seen, response);
    else if (seen.method === 'DELETE') response.writeHead(204).end();
    else if (seen.body.method === 'initialize') {
      json(response, result(seen.body.id, initialized), { 'mcp-session-id': 's1' });
    } else if (seen.body.id === undefined) response.writeHead(202).end();
    else call(seen, response);
  };

/** An instance of the server at this address, from a pool of its own. */
export async function acquired(origin: string, changes: Partial<HttpServer> = {}) {
  const test = testPool();
  const server = httpServer(`${origin}/mcp`, changes);
  return { ...test, server, instance: await test.pool.acquire(server, owner) };
}
