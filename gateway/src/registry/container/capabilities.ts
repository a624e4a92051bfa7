/**
 * Capabilities that a container may be given by name. All are needed only by images that start as root and step down;
 * none reaches beyond the container: no raw sockets, no devices, no mounts, no kernel.
 */
export const grantableCapabilities: ReadonlySet<string> = new Set([
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
]);

/** `cap_chown`, `CAP_CHOWN` and `chown` are one capability: `CHOWN`. */
export function capabilityName(written: string): string {
  return written.toUpperCase().replace(/^CAP_/, '');
}
