import type { GuardRules } from '../../container/guardRules/rules.ts';
import type { EngineFacts } from '../../container/run/runContext.ts';
import type { SelfImage } from '../../container/sibling.ts';
import type { Findings } from '../../yaml/findings.ts';
import type { SecretSource } from '../../types.ts';

/** The texts of PEM files. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** What a registry means beside its text: handed in, so that reading it stays pure. */
export interface RegistryContext {
  /** The gateway's environment, for `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The content of a `token_file`, or of a file of `--env-file`; the path is absolute. Throws where it can't be read. */
  readonly readTokenFile: (path: string) => string;
  /** The content of a PEM file, which may hold several certificates; absent: as a token file. Throws where it can't be read. */
  readonly readPemFile?: (path: string) => string;
  /** Why TLS does not accept a certificate with its key and authorities, all PEM; undefined: it does. Absent: not asked. */
  readonly tlsFault?: (files: TlsFiles) => string | undefined;
  /** Where a secret's value comes from, for `${secret:NAME}`; absent: none is defined. */
  readonly secret?: (name: string) => SecretSource;
  /** Absolute; see `baseDirOf`. */
  readonly baseDir: string;
  /** Whether the gateway runs in the product's image, where a child process would share its user and tokens. */
  readonly insideImage?: boolean;
  /** That image, for commands that run in containers beside the gateway's; undefined: there are none. */
  readonly selfImage?: SelfImage | undefined;
  /** Absolute path on the engine's machine that relative mounts resolve against; undefined: `baseDir`. */
  readonly mountBase?: string | undefined;
  /** The engine that servers in containers run on; undefined: nothing is known of it. */
  readonly engine?: EngineFacts | undefined;
  /** What the engine guard allows; undefined: there is none, or it is not known. */
  readonly guard?: GuardRules | undefined;
}

export interface ReadContext extends RegistryContext {
  readonly findings: Findings;
  /** Gathers the names of the secrets that the server refers to which is being read; absent outside of servers. */
  readonly references?: Set<string>;
}
