import { registryOf } from '../../../registry/container/guardRules/pullSources.ts';

/** An image by its name, without a tag. */
export interface ImageName {
  /** Where its registry answers. */
  readonly origin: string;
  readonly repository: string;
  /** As the name says it. */
  readonly digest: string | undefined;
}

const loopback = /^(localhost|127(\.\d{1,3}){3})(:\d+)?$/;

/** As an engine reads names (distribution/reference): a registry on loopback is asked without TLS. */
export function imageName(reference: string): ImageName {
  const [named = '', digest] = reference.split('@');
  const registry = registryOf(named);
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0)).toLowerCase();
  const hasRegistry = first === registry || first === 'index.docker.io';
  const path = (hasRegistry ? named.slice(slash + 1) : named).replace(/:[^:/]*$/, '');
  const isHub = registry === 'docker.io';
  const host = isHub ? 'registry-1.docker.io' : registry;
  return {
    origin: `${loopback.test(host) ? 'http' : 'https'}://${host}`,
    repository: isHub && !path.includes('/') ? `library/${path}` : path,
    digest,
  };
}
