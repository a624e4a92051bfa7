import { existsSync } from 'node:fs';

/** Made by the Dockerfile, owned by root. A variable could be set anywhere; this is where the image is. */
const marker = '/etc/lmcp/image';

/** Where LMCP is in the image, by the Dockerfile: what Compose's first registry names. */
export const imageInstallation = '/opt/lmcp';

/** Whether this process runs in a container of the product's own image. */
export function insideImage(markerFile = marker): boolean {
  return existsSync(markerFile);
}
