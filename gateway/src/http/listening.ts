import { lookup } from 'node:dns/promises';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { mayBind } from '../addresses/loopbackOnly.ts';
import type { ListenerTls } from '../registry/types.ts';

export interface Bind {
  readonly host: string;
  readonly port: number;
  readonly loopbackOnly: boolean;
  /** In the product's image: which addresses reach the port is decided by how it is published. */
  readonly published: boolean;
}

/** The address is not on loopback, and `lmcp.loopback_only` is true. */
class ForbiddenBindError extends Error {
  constructor(address: string) {
    super(
      `LMCP does not listen at ${address}: other machines reach that address, and lmcp.loopback_only is true. ` +
        'Use 127.0.0.1, ::1 or localhost, or set lmcp.loopback_only: false.',
    );
  }
}

const options: ServerOptions = {
  requireHostHeader: false,
  // The whole request must be here by then; answers may take as long as they need.
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  // How often both are looked after.
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
};
const handshakeTimeout = 10_000;

export function openServer(): Server {
  return createServer(options);
}

/**
 * The same by TLS 1.2 or later; a peer that needs a client certificate and shows none of the authorities' gets no further than
 * the handshake.
 */
export function openTlsServer(tls: ListenerTls): TlsServer {
  return createTlsServer({
    ...options,
    ...secureContextOf(tls),
    handshakeTimeout,
    minVersion: 'TLSv1.2',
    requestCert: tls.clients !== null,
    rejectUnauthorized: tls.clients?.required === true,
  });
}

/** What `setSecureContext` takes while the server runs. */
export function secureContextOf({ cert, key, clients }: ListenerTls): {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
} {
  return { cert, key, ...(clients && { ca: clients.ca }) };
}

/** @throws ForbiddenBindError */
export async function addressOf({ host, loopbackOnly, published }: Bind): Promise<string> {
  const { address } = await lookup(host);
  if (!mayBind({ address, loopbackOnly, published })) throw new ForbiddenBindError(address);
  return address;
}

/** `absent`: the machine does not have the address, so nobody can listen there. */
export async function tryToBind(
  server: Server,
  address: string,
  port: number,
): Promise<'bound' | 'absent' | 'foreign'> {
  try {
    await bound(server, () => server.listen(port, address));
    return 'bound';
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code) ? 'absent' : 'foreign';
  }
}

/** Rejects with Node's error. */
export async function bound(server: Server, listen: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

/** A connection that is kept alive is idle again as soon as its answer is out: it is looked for until none is left. */
export async function drain(server: Server): Promise<void> {
  const timer = setInterval(() => server.closeIdleConnections(), 20);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(timer);
}
