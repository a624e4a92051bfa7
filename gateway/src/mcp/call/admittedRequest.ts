import type { Instance } from '../../upstream/types.ts';
import type { Server } from '../../registry/types.ts';
import type { Params } from '../jsonrpc/message.ts';
import type { Outcome } from './outcome.ts';

/** A request that is allowed: what goes to which server, and how it is logged. */
export interface AdmittedRequest {
  readonly server: Server;
  readonly method: string;
  readonly params: Params;
  /** The tool's own name, for the log. */
  readonly tool?: string;
  /** Set for a call made through one of the calling tools; logged. */
  readonly via?: 'search' | undefined;
  /** Further members of its audit entry. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Translates the server's names into those of the client. */
  readonly translate?: ((result: unknown) => unknown) | undefined;
  /** The outcome if the server's list could not be read or the calling tool is wrong; the request is not sent then. */
  readonly failed?: Outcome | undefined;
  /** The instance that the request is for; by default the caller's own. */
  readonly instance?: Instance | undefined;
  /** For transports that mirror more than the name into headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
