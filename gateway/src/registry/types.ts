/**
 * The registry as the rest of the gateway sees it: parsed, validated, defaults filled in, secrets resolved.
 * Ids are keys of Maps, never of objects, so that no id can meet a prototype.
 */
export interface Registry {
  readonly settings: Settings;
  readonly clients: ReadonlyMap<string, Client>;
  readonly servers: ReadonlyMap<string, Server>;
}

export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Absolute path. */
  readonly auditLog: string;
  readonly loopbackOnly: boolean;
  /** Requests a minute for every client without a limit of its own; null is unlimited. */
  readonly rateLimitRpm: number | null;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** SHA-256 digests (32 bytes each) of the management tokens; empty: management is disabled. */
  readonly managementTokens: readonly Uint8Array[];
  readonly auditRotateMib: number;
}

export interface Client {
  readonly id: string;
  /** SHA-256 digests (32 bytes each); two during a rotation. */
  readonly tokens: readonly Uint8Array[];
  readonly allowServers: ReadonlySet<string>;
  /** The client's own limit or the global one; null is unlimited. */
  readonly rateLimitRpm: number | null;
  /** By server id: narrows that server's policy for this client. */
  readonly toolPolicy: ReadonlyMap<string, ToolPolicy>;
}

export interface ToolPolicy {
  readonly mode: 'allow_all' | 'deny_all' | 'allow_list';
  readonly allowTools: ReadonlySet<string>;
  readonly denyTools: ReadonlySet<string>;
}

export interface Timeouts {
  /** Seconds; null where the transport has no use for it (`http`). */
  readonly initializeS: number | null;
  readonly toolsListS: number;
  readonly toolsCallS: number;
  /** Further tries after a timeout of initialize or tools/list; tools/call is never retried. */
  readonly retryOnTimeout: number;
  readonly retryBackoffS: number;
}

interface ServerBase {
  readonly id: string;
  readonly timeouts: Timeouts;
  readonly toolPolicy: ToolPolicy;
  readonly scope: 'client' | 'session' | 'shared';
  readonly pinTools: boolean;
  readonly idleStopS: number;
}

/** `transport: stdio` with a `command` that runs as a child process of the gateway. */
export interface ProcessServer extends ServerBase {
  readonly transport: 'stdio';
  readonly runtime: 'process';
  readonly command: string;
  readonly args: readonly string[];
  /** What the registry declares, `${NAME}` resolved; the parent's environment is not part of it. */
  readonly env: ReadonlyMap<string, string>;
  /** Absolute path, or undefined: the folder that relative paths of the registry resolve against. */
  readonly cwd: string | undefined;
  readonly stdioMode: 'newline' | 'content-length';
}

/** `transport: http`: Streamable HTTP, falling back to HTTP+SSE. */
export interface HttpServer extends ServerBase {
  readonly transport: 'http';
  readonly runtime: 'http';
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  /** From `lmcp.loopback_only`: a redirect must not lead away from this machine either. */
  readonly loopbackOnly: boolean;
}

export type Server = ProcessServer | HttpServer;
