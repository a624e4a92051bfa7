import type { Trail } from '../../audit/trail.ts';
import type { Client, Registry } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';
import type { Era } from './era.ts';

/** Who sends a message, under which registry, for which path, in which era: fixed when the message arrives. */
export interface Caller {
  readonly client: Client;
  readonly registry: Registry;
  /** The one server of `/mcp/<server>`, or null for `/mcp`. */
  readonly only: string | null;
  /** Its address asks for tools to be searched for, not listed (`/mcp?tools=search`). */
  readonly asksForSearch?: boolean;
  readonly era: Era;
  /** Holds the authentication already; committed with the first decision. */
  readonly trail: Trail;
}

export function ownerOf({ client, era }: Caller): Owner {
  const { name, sessionId, capabilities, revision } = era;
  const owner = { clientId: client.id, sessionId, capabilities, era: name };
  return revision === undefined ? owner : { ...owner, revision };
}
