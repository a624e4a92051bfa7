import type { Trail } from '../audit/trail.ts';
import type { Client, Registry } from '../registry/types.ts';
import type { Owner } from '../upstream/types.ts';
import type { Session } from './session.ts';

/** Who sends a message, under which registry, for which path: fixed when the message arrives. */
export interface Caller {
  readonly client: Client;
  readonly registry: Registry;
  /** The one server of `/mcp/<server>`, or null for `/mcp`. */
  readonly only: string | null;
  readonly session: Session | undefined;
  /** Holds the authentication already; committed with the first decision. */
  readonly trail: Trail;
}

export function ownerOf(caller: Caller): Owner {
  return { clientId: caller.client.id, sessionId: caller.session?.id ?? null };
}
