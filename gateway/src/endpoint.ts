/** Where a gateway listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `http://127.0.0.1:7345`: what a client on this machine calls, also where the gateway listens on every address. */
export function baseUrl({ host, port }: Endpoint): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
