import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';

/** An HTTP proxy (RFC 9110, section 9.3.6), behind which names are that exist nowhere else. */
export interface HttpsProxy {
  readonly url: string;
  /** What connections were asked for, each `host:port`, oldest first. */
  readonly asked: readonly string[];
  close(): void;
}

/**
 * @param folder with the certificate of all names (makeCertificates)
 * @param names by `host:port`, the origin on this machine that stands for it, without TLS
 */
export async function httpsProxy(folder: string, names: ReadonlyMap<string, string>): Promise<HttpsProxy> {
  const asked: string[] = [];
  const [cert, key] = ['server.pem', 'server.key'].map((name) => readFileSync(join(folder, name)));
  const server = createServer((_request, response) => void response.writeHead(501).end());
  server.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    const origin = names.get(url);
    if (origin === undefined) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    const secure = new TLSSocket(socket, { isServer: true, cert, key });
    const target = connect(Number(new URL(origin).port), '127.0.0.1');
    for (const one of [secure, target])
      one.on('error', () => [secure, target].forEach((end) => end.destroy()));
    secure.pipe(target).pipe(secure);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
