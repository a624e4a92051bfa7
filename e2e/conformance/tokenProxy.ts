import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenProxy {
  readonly origin: string;
  close(): void;
}

/**
 * The suites know no credentials: this proxy adds the token and passes on everything else. A Host or Origin that is
 * this proxy's becomes the gateway's; a foreign one stays foreign.
 */
export async function tokenProxy(
  gateway: string,
  headers: Readonly<Record<string, string>>,
): Promise<TokenProxy> {
  const target = new URL(gateway);
  const server = createServer((incoming, outgoing) => {
    const own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    pass(incoming, outgoing, target, own, headers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: URL,
  own: string,
  added: Readonly<Record<string, string>>,
): void {
  const headers = { ...incoming.headers, ...added };
  const isOwn = (host: string | undefined): boolean =>
    host === own || host === own.replace('127.0.0.1', 'localhost');
  if (isOwn(headers.host)) headers.host = target.host;
  if (isOwn(headers.origin?.replace(/^http:\/\//, ''))) delete headers.origin;
  const { method, url: path } = incoming;
  const passed = request(
    { host: target.hostname, port: target.port, method, path, headers, agent: false },
    (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      outgoing.flushHeaders();
      response.pipe(outgoing);
    },
  );
  passed.on('error', () => outgoing.destroy());
  outgoing.on('close', () => passed.destroy());
  incoming.pipe(passed);
}
