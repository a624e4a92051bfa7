import { X509Certificate } from 'node:crypto';
import type { Agent } from 'node:http';
import type { TLSSocket } from 'node:tls';

interface TlsPlace {
  readonly host: string;
  readonly port: number;
  /**
   * PEM of the only certificate that is accepted, whatever its names and dates are; undefined: one that the system's authorities
   * vouch for.
   */
  readonly certificate: string | undefined;
}

const patienceMs = 5_000;

/** The certificate of the other end is not the one that was expected: nothing was sent. */
class OtherCertificateError extends Error {
  constructor(host: string) {
    super(`what answers at ${host} has another certificate than lmcp.tls.cert_file`);
  }
}

/**
 * A connection by TLS on which nothing has been sent yet. Node's TLS is loaded with the first one: the bridge rarely needs it.
 * Rejects with Node's error, or where the certificate is another one.
 */
export async function connectByTls({ host, port, certificate }: TlsPlace): Promise<TLSSocket> {
  const { connect } = process.getBuiltinModule('node:tls');
  const named = host.includes(':') || /^[\d.]+$/.test(host) ? {} : { servername: host };
  const socket = connect({ host, port, ...named, rejectUnauthorized: certificate === undefined });
  socket.setTimeout(patienceMs, () =>
    socket.destroy(new Error(`no TLS at ${host} within ${patienceMs / 1000} s`)),
  );
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve).once('error', reject);
      socket.once('close', () => reject(new Error('the connection was closed')));
    });
    const shown = socket.getPeerX509Certificate()?.raw;
    if (certificate !== undefined && shown?.equals(new X509Certificate(certificate).raw) !== true)
      throw new OtherCertificateError(host);
    socket.setTimeout(0).removeAllListeners('timeout');
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Has an agent of `node:http`, which opens its connections by {@link connectByTls}, serve addresses of https. */
export function asTlsAgent(agent: Agent): Agent {
  return Object.assign(agent, { protocol: 'https:', defaultPort: 443 });
}
