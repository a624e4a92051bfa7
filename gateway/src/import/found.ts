import type { Entry } from '../connect/applications/application.ts';

/** One server as a configuration names it, in the form of its application. */
export interface FoundServer {
  readonly name: string;
  readonly entry: Entry;
  /** The folder of a project that it belongs to; null: it is the person's own. */
  readonly project: string | null;
}

/** A configuration as it was read; or why it could not be. */
export type FoundServers =
  | { readonly ok: true; readonly servers: readonly FoundServer[] }
  | { readonly ok: false; readonly message: string };
