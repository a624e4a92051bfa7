/** Where a gateway listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `http://127.0.0.1:7345`: what a client on this machine calls, also where the gateway listens on every address. */
export function baseUrl({ host, port }: Endpoint): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${authority({ host: reachable, port })}`;
}

/** `127.0.0.1:7345`, `[::1]:7345`: as in a URL and in the Host header (RFC 3986, section 3.2). */
export function authority({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
