import { hash } from 'node:crypto';
import type { Server } from '../../registry/types.ts';
import { capabilitiesKey, capabilitiesOf } from '../../upstream/clientCapabilities.ts';
import { definitionOf } from '../../upstream/pool/definition.ts';
import type { Owner } from '../../upstream/types.ts';

const digests = new WeakMap<Server, string>();

/** Digest of everything that determines a server's lists: command, arguments, environment and secrets, image, URL, headers. */
export function definitionDigest(server: Server): string {
  let digest = digests.get(server);
  if (digest === undefined) {
    digest = hash('sha256', definitionOf(server), 'base64url');
    digests.set(server, digest);
  }
  return digest;
}

/** The client that has lists of its own, if the registry sets the server's scope; empty otherwise. */
export function ownerKey(server: Server, owner: Owner): string {
  const own = server.scopeChosen && server.scope !== 'shared' && owner.via === undefined;
  return own ? owner.clientId : '';
}

/** The key of a list's reader: its owner, and the client capabilities and era that the server saw. */
export function variantKey(server: Server, owner: Owner): string {
  const declared = server.scope === 'shared' ? '' : capabilitiesKey(owner.capabilities ?? {});
  return `${ownerKey(server, owner)} ${declared} ${owner.era ?? 'legacy'}`;
}

/** The kind of client, or none, that a list with this key was read for. */
export function readerOf(key: string): Pick<Owner, 'clientId' | 'capabilities' | 'era'> {
  const [clientId = '', declared = '', era] = key.split(' ');
  return { clientId, capabilities: capabilitiesOf(declared), era: era === 'modern' ? 'modern' : 'legacy' };
}
