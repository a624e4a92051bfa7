import { isIP } from 'node:net';

export interface WantedAddress {
  /** `--host`, or a gateway that another command starts for itself. */
  readonly override: string | undefined;
  /** `LMCP_LISTEN`. */
  readonly listen: string | undefined;
  /** `lmcp.host`. */
  readonly registry: string;
  readonly insideImage: boolean;
}

/**
 * The address to bind. `LMCP_LISTEN`, which the product's image sets, wins over the registry only in that image: what keeps to
 * loopback there is the publishing of the port, and the same registry stays safe on a host, whatever its environment says.
 * @throws Error in words for what is no address
 */
export function listenAddress({ override, listen, registry, insideImage }: WantedAddress): {
  readonly host: string;
  /** From the image, whose port is published by others. */
  readonly published: boolean;
  readonly warning?: string;
} {
  const host = override ?? registry;
  if (listen === undefined || listen === '') return { host, published: false };
  if (!insideImage) {
    const warning =
      'LMCP_LISTEN has no effect outside LMCP’s own image; to listen elsewhere set lmcp.host and lmcp.loopback_only';
    return { host, published: false, warning };
  }
  if (isIP(listen) === 0) throw new Error('LMCP_LISTEN is not an IP address; the image sets 0.0.0.0');
  return { host: override ?? listen, published: override === undefined };
}
