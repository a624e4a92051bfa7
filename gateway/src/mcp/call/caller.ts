import type { Trail } from '../../audit/trail.ts';
import type { Client, Registry } from '../../registry/types.ts';
import { noCapabilities, type ClientCapabilities } from '../../upstream/clientCapabilities.ts';
import type { Owner } from '../../upstream/types.ts';
import type { Session } from '../session/session.ts';

/** Who sends a message, under which registry, for which path: fixed when the message arrives. */
export interface Caller {
  readonly client: Client;
  readonly registry: Registry;
  /** The one server of `/mcp/<server>`, or null for `/mcp`. */
  readonly only: string | null;
  readonly session: Session | undefined;
  /** Holds the authentication already; committed with the first decision. */
  readonly trail: Trail;
  /** What a request of the stateless era says of itself; undefined for the eras with a handshake. */
  readonly modern?: ModernRequest | undefined;
}

/** The envelope of a stateless request (MCP 2026-07-28, basic, "_meta"), and what its transport adds. */
export interface ModernRequest {
  readonly capabilities: ClientCapabilities;
  readonly logLevel: string | undefined;
  /** `Mcp-Param-*`, in lower case. */
  readonly paramHeaders: ReadonlyMap<string, string>;
  /** Fires when the client has closed the response: it waits for no answer any more. */
  readonly gone: AbortSignal;
}

export function ownerOf(caller: Caller): Owner {
  const capabilities = caller.modern?.capabilities ?? caller.session?.capabilities ?? noCapabilities;
  const era = caller.modern === undefined ? 'legacy' : 'modern';
  return { clientId: caller.client.id, sessionId: caller.session?.id ?? null, capabilities, era };
}
