import { hash } from 'node:crypto';
import type { Server } from '../../registry/types.ts';
import { capabilitiesKey, capabilitiesOf } from '../../upstream/clientCapabilities.ts';
import { definitionOf } from '../../upstream/pool/definition.ts';
import type { Owner } from '../../upstream/types.ts';

const digests = new WeakMap<Server, string>();

/** Digest of all that determines what a server offers: command, arguments, environment and secrets, image, URL, headers. */
export function definitionDigest(server: Server): string {
  let digest = digests.get(server);
  if (digest === undefined) {
    digest = hash('sha256', definitionOf(server), 'base64url');
    digests.set(server, digest);
  }
  return digest;
}

/** Whose lists are not those of others: the client, where the registry gives the server a scope of its own. */
export function ownerKey(server: Server, owner: Owner): string {
  const own = server.scopeChosen && server.scope !== 'shared' && owner.via === undefined;
  return own ? owner.clientId : '';
}

/** For whom a list was read: its owner, and what the server was told of the client. */
export function variantKey(server: Server, owner: Owner): string {
  const told = server.scope === 'shared' ? '' : capabilitiesKey(owner.capabilities ?? {});
  return `${ownerKey(server, owner)} ${told} ${owner.era ?? 'legacy'}`;
}

/** A client, or none, of the kind that such a list was read for. */
export function readerOf(key: string): Pick<Owner, 'clientId' | 'capabilities' | 'era'> {
  const [clientId = '', told = '', era] = key.split(' ');
  return { clientId, capabilities: capabilitiesOf(told), era: era === 'modern' ? 'modern' : 'legacy' };
}
