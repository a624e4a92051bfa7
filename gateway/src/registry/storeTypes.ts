import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { RegistryDiff } from './diff.ts';
import type { WatchTimes } from './file/watch.ts';
import type { Registry } from './types.ts';
import type { Problem } from './yaml/problem.ts';

export interface StoreOptions {
  /** For `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly insideImage?: boolean;
  readonly clock?: Clock;
  /** How live edits are looked for; false: not at all. */
  readonly watch?: WatchTimes | false;
}

/** A registry that is about to become active, or has. */
export interface RegistryChange {
  readonly registry: Registry;
  readonly previous: Registry;
  /** `file`: edited by hand; `apply`: through `RegistryStore.apply`. */
  readonly source: 'file' | 'apply';
  readonly revision: string;
  readonly previousRevision: string;
  readonly diff: RegistryDiff;
  /** Keys below `lmcp` whose new value needs a restart of the gateway. */
  readonly restartRequired: readonly string[];
  readonly warnings: readonly Problem[];
  /** Of the request that asked for the change; null where none did. */
  readonly requestId: string | null;
}

/** What `apply` may be told beside the edit. */
export interface ApplyOptions {
  /** The revision that the edit must be made on: another one on disk rejects it. */
  readonly ifRevision?: string | undefined;
  /** For the audit log. */
  readonly requestId?: string | null;
}

/** The file on disk cannot become active; the last valid version stays. */
export interface RegistryFault {
  /** In words for the operator; may name paths. */
  readonly message: string;
  readonly problems: readonly Problem[];
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

export type RegistryEvent =
  | ({ readonly type: 'changed' } & RegistryChange)
  | { readonly type: 'broken'; readonly error: RegistryFault }
  /** The broken file was put back to what is active. */
  | { readonly type: 'repaired' };

export type Edited =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type ApplyResult =
  | {
      readonly ok: true;
      readonly revision: string;
      /** The copy of what was replaced; null when the text did not change. */
      readonly backupPath: string | null;
      readonly diff: RegistryDiff;
      readonly restartRequired: readonly string[];
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly reason: 'invalid'; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly reason: 'revision_mismatch'; readonly revision: string }
  | { readonly ok: false; readonly reason: 'in_progress' };

/** See `RegistryStore.beforeChange`. */
export type ChangeHook = (change: RegistryChange) => Promise<void>;
