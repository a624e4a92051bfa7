import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (asked: Asked, response: ServerResponse) => void | Promise<void>;

/** A server of this machine with one handler, and everything that it was asked. */
export class HttpStub {
  readonly asked: Asked[] = [];
  readonly origin: string;
  readonly close: () => void;

  private constructor(origin: string, close: () => void) {
    this.origin = origin;
    this.close = close;
  }

  static async start(answer: Answer): Promise<HttpStub> {
    const server = createServer((request, response) => {
      void readBody(request).then(async (body) => {
        const url = new URL(request.url ?? '', 'http://stub');
        const { method = '', headers } = request;
        const asked = { method, path: url.pathname, query: url.searchParams, headers, body };
        stub.asked.push(asked);
        await answer(asked, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stub = new HttpStub(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      server.closeAllConnections();
      server.close();
    });
    return stub;
  }

  /** How often a path was asked. */
  count(path: string): number {
    return this.asked.filter((one) => one.path === path).length;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}
