import http from 'node:http';
import https from 'node:https';
import type { EngineAddress } from './engineAddress.ts';

/** A request to the engine or its guard, by TLS where the address has certificates. */
export function engineRequest(
  address: EngineAddress,
  options: Pick<http.RequestOptions, 'method' | 'path' | 'headers'>,
): http.ClientRequest {
  if ('socketPath' in address || address.tls === undefined) {
    const where = 'socketPath' in address ? address : { host: address.host, port: address.port };
    return http.request({ ...where, ...options, agent: false });
  }
  const { host, port, tls } = address;
  return https.request({ host, port, ...tls, ...options, agent: false });
}
