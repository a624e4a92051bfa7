import type { SelfImage } from './sibling.ts';
import { instancePattern } from './installation.ts';

/**
 * The product's image as its environment names it (set by compose.yaml): `LMCP_SELF_IMAGE`, `LMCP_INSTALLATION` and
 * `LMCP_SIBLING_NETWORK`. Undefined for a gateway that does not run from the image.
 */
export function selfImage(env: Readonly<Record<string, string | undefined>>): SelfImage | undefined {
  const image = env['LMCP_SELF_IMAGE'];
  const instance = env['LMCP_INSTALLATION'] ?? '';
  if (image === undefined || image === '' || !instancePattern.test(instance)) return undefined;
  return {
    image,
    instance,
    network: env['LMCP_SIBLING_NETWORK'] ?? 'none',
    hasEgress: (env['LMCP_EGRESS_SOCKET'] ?? '') !== '',
  };
}
