import type { Endpoint } from '../endpoint.ts';
import type { Settings } from './types.ts';

/** Where a registry has its gateway listen, as clients are to call it. */
export function configuredEndpoint({ host, port, tls }: Settings): Endpoint {
  return { host: tls?.name ?? host, port, tls: tls !== null };
}
