import type { Trail } from '../../audit/trail.ts';
import type { Client, Registry } from '../../registry/types.ts';
import type { MirrorHeaders } from './stateless/envelope.ts';

/** An authenticated request to `/mcp` or `/mcp/<server>`; the authentication is recorded in `trail`, not yet committed. */
export interface Arrival {
  readonly client: Client;
  readonly registry: Registry;
  /** Identifies the token without revealing it. */
  readonly tokenKey: string;
  readonly trail: Trail;
  readonly only: string | null;
  /** The client's URL selects tool search (`/mcp?tools=search`). */
  readonly asksForSearch?: boolean;
  /** The message is large: what it holds is written in slices. */
  readonly large?: boolean;
  readonly sessionId: string | undefined;
  readonly revision: string | undefined;
  /** `Mcp-Method` and `Mcp-Name` of the stateless era. */
  readonly mirrored: Omit<MirrorHeaders, 'revision'>;
  /** `Mcp-Param-*` of the stateless era, in lower case. */
  readonly paramHeaders: () => ReadonlyMap<string, string>;
  readonly lastEventId: string | undefined;
}
