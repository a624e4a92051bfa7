import type { Trail } from '../../audit/trail.ts';
import type { Client, Registry } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';
import type { Era } from './era.ts';

/** The sender of a message, with the registry, path and era: fixed when the message arrives. */
export interface Caller {
  readonly client: Client;
  readonly registry: Registry;
  /** The one server of `/mcp/<server>`, or null for `/mcp`. */
  readonly only: string | null;
  /** The client's URL selects tool search (`/mcp?tools=search`). */
  readonly asksForSearch?: boolean;
  /** The message is large: what it holds is written in slices. */
  readonly large?: boolean;
  readonly era: Era;
  /** Contains the authentication already; committed with the first decision. */
  readonly trail: Trail;
}

export function ownerOf({ client, era }: Caller): Owner {
  const { name, sessionId, capabilities, revision } = era;
  const owner = { clientId: client.id, sessionId, capabilities, era: name };
  return revision === undefined ? owner : { ...owner, revision };
}
