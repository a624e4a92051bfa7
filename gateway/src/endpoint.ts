/** Where a gateway listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Whether it is reached by TLS (`lmcp.tls`). */
  readonly tls: boolean;
}

/** `http://127.0.0.1:7345`: what a client on this machine calls, also where the gateway listens on every address. */
export function baseUrl({ host, port, tls }: Endpoint): string {
  return `${tls ? 'https' : 'http'}://${authority({ host: reachable(host), port })}`;
}

/** The address that a client of this machine connects to. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** `127.0.0.1:7345`, `[::1]:7345`: as in a URL and in the Host header (RFC 3986, section 3.2). */
function authority({ host, port }: Pick<Endpoint, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
