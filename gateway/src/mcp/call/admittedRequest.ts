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
  /** It is called by one of the tools that call others; logged. */
  readonly via?: 'search' | undefined;
  /** What else is logged of it. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Changes names of the server into those that the client knows. */
  readonly translate?: ((result: unknown) => unknown) | undefined;
  /** The server could not be asked whether it lists this, or another tool is to call it: the request ends so, and is not sent. */
  readonly failed?: Outcome | undefined;
  /** It concerns what this instance has; where there is none, the caller's own is asked. */
  readonly instance?: Instance | undefined;
  /** For transports that mirror more than the name into headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
