import type { Client, ClientSocket, Registry, Settings } from '../registry/types.ts';

/** Whom a connection belongs to before any request on it is read. */
export type ConnectionIdentity =
  | { readonly kind: 'none' }
  /** `key`: what sessions and streams are bound to. */
  | { readonly kind: 'client'; readonly clientId: string; readonly key: string }
  /** A certificate that several clients name: it is none of them. */
  | { readonly kind: 'ambiguous' };

const certificatePrefix = 'certificate:';
const socketPrefix = 'socket:';

/** Another one for each way in which who may connect is decided: connections end when that changes. */
export function socketKeyOf({ path, owner, group, mode }: ClientSocket): string {
  return socketPrefix + JSON.stringify([path, owner, group, mode]);
}

/** Whether a client still has that socket or certificate; undefined for keys of another kind. */
export function isStillConnected(
  { settings }: Registry,
  { socket, certificates }: Client,
  key: string,
): boolean | undefined {
  if (key.startsWith(socketPrefix)) return socket !== null && socketKeyOf(socket) === key;
  if (!key.startsWith(certificatePrefix)) return undefined;
  return asksForCertificates(settings) && certificates.includes(key.slice(certificatePrefix.length));
}

/** Whether TLS asks for client certificates: without it none identifies a client. */
export function asksForCertificates({ tls }: Settings): boolean {
  return tls !== null && tls.clients !== null;
}
