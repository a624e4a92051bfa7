/** Top-level names that lead nowhere public (RFC 6761, 6762, 8375, ICANN's .internal and SSAC 113), with their usual companions. */
const privateDomains: readonly string[] = [
  'local',
  'internal',
  'localhost',
  'localdomain',
  'home.arpa',
  'lan',
  'home',
  'corp',
  'intranet',
  'private',
  'test',
  'invalid',
  'example',
  'onion',
  'arpa',
];
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** The last label of a name; one that begins with a digit could be read as an IP address (WHATWG URL, "ends in a number"). */
const topLabel = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const defaultRegistry = 'docker.io';

/**
 * The registry that an engine asks for an image, in lower case with its port if there is one
 * (distribution/reference, `splitDockerDomain`: the first part is a host if it looks like one).
 */
export function registryOf(image: string): string {
  const slash = image.indexOf('/');
  const first = slash === -1 ? '' : image.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const host = isHost ? first.toLowerCase() : defaultRegistry;
  return host === 'index.docker.io' ? defaultRegistry : host;
}

/**
 * Why an image may not be pulled, undefined where it may be.
 * @param registries the only ones allowed; undefined allows every public DNS name without a port
 */
export function sourceDenial(image: string, registries: readonly string[] | undefined): string | undefined {
  const registry = registryOf(image);
  if (registries !== undefined) {
    return registries.includes(registry)
      ? undefined
      : `the registry ${registry} is not among those that the guard allows (LMCP_GUARD_REGISTRIES)`;
  }
  return isPublicName(registry)
    ? undefined
    : `the registry ${registry} is not a public DNS name without a port; name it in LMCP_GUARD_REGISTRIES to allow it`;
}

/** A DNS name of two labels or more that is neither an IP address in any spelling nor a name of a private network. */
export function isPublicName(host: string): boolean {
  const labels = host.split('.');
  if (host.length > 253 || labels.length < 2) return false;
  if (!labels.every((one) => label.test(one)) || !topLabel.test(labels.at(-1) ?? '')) return false;
  return !privateDomains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** Whether text names a registry: a host, which may be an IPv4 address, with an optional port. */
export function isRegistry(written: string): boolean {
  const [, host = '', port] = /^([^:]+)(?::(\d{1,5}))?$/.exec(written) ?? [];
  const portFits = port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
  return portFits && host.length <= 253 && host.split('.').every((one) => label.test(one));
}
