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
  /** Null: the gateway speaks plain HTTP. */
  readonly tls: ListenerTls | null;
  /** Of one remote address (of IPv6: one /64) at the same time; those of this machine are not counted. */
  readonly maxConnectionsPerAddress: number;
  /** Absolute path. */
  readonly auditLog: string;
  readonly loopbackOnly: boolean;
  /** Requests a minute for every client without a limit of its own; null is unlimited. */
  readonly rateLimitRpm: number | null;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** SHA-256 digests (32 bytes each) of the management tokens; empty: management is disabled. */
  readonly managementTokens: readonly Uint8Array[];
  /** What the management token may do: everything, or change access alone. */
  readonly managementScope: 'full' | 'access';
  /** Whether `lmcp open` may sign a browser in. */
  readonly browserSignIn: boolean;
  /** Whether applications may sign in as clients (OAuth); null, which the registry does not say, is false. */
  readonly oauth: boolean | null;
  /** Where people sign in, in place of the consent page; null where `oauth` is not true. */
  readonly oauthIssuer: OAuthIssuer | null;
  readonly auditRotateMib: number;
  /** What one server may list of one kind (tools, prompts, resources, templates), in bytes of JSON. */
  readonly listMaxBytes: number;
  /** When remembered lists are read again: by an instance that starts for a call, once a day, at each start of the gateway. */
  readonly listRefresh: readonly ('on_call' | 'daily' | 'start')[];
  /** The body of one POST, in bytes. */
  readonly maxBodyBytes: number;
  /** One message of a server, so a result with what surrounds it, in bytes. */
  readonly maxResultBytes: number;
  /** Of what is held for callers; null: a quarter of what the process may use, at most 1 GiB. */
  readonly memoryMib: number | null;
}

/** An OpenID Connect provider whose access tokens identify clients (`lmcp.oauth.issuer`). */
export interface OAuthIssuer {
  /** As its metadata and its tokens name it. */
  readonly url: string;
  /** Absent: the address of `/mcp`, or of one server below it. */
  readonly audience?: string;
  readonly scopes: readonly string[];
  /** The claim that has the id of the client. */
  readonly clientClaim?: string;
  readonly map: readonly { readonly claim: string; readonly value: string; readonly client: string }[];
  readonly allowPrivate: boolean;
  /** PEM. */
  readonly ca?: string;
}

/** The TLS of the listener (`lmcp.tls`), as its files were when the registry was read. */
export interface ListenerTls {
  /** PEM: the certificate and what it is signed by. */
  readonly cert: string;
  /** PEM. Never shown, logged or compared in words. */
  readonly key: string;
  /** Whose client certificates are accepted; null: none is asked for. */
  readonly clients: { readonly ca: string; readonly required: boolean } | null;
  /**
   * The name or address of the certificate at which clients are told to call; null: it is valid for none that the gateway answers
   * to.
   */
  readonly name: string | null;
}

/** What a server may ask of a client, by its kind. */
export type ClientRequests = Readonly<Record<ClientRequestKind, 'allow' | 'deny'>>;
export type ClientRequestKind = 'sampling' | 'elicitation' | 'roots';

/** A Unix socket (unix(7)): who may connect to it is decided by the system, by the owner, group and mode of its file. */
export interface ClientSocket {
  /** Absolute. */
  readonly path: string;
  /** Name or number; null: the user of the gateway. */
  readonly owner: string | null;
  /** Name or number; null: the group that the system gives it. */
  readonly group: string | null;
  /** Permission bits, as 0o660. */
  readonly mode: number;
}

export interface Client {
  readonly id: string;
  /** SHA-256 digests (32 bytes each); two during a rotation. */
  readonly tokens: readonly Uint8Array[];
  /** The Unix socket whose connections are this client's; null: none. */
  readonly socket: ClientSocket | null;
  /** Names of client certificates that are this client's: `sha256:<digest>`, `CN:`, `DNS:`, `URI:` or `email:` and the name. */
  readonly certificates: readonly string[];
  readonly allowServers: ReadonlySet<string>;
  /** The client's own limit or the global one; null is unlimited. */
  readonly rateLimitRpm: number | null;
  /** By server id: a restriction of that server's policy for this client. */
  readonly toolPolicy: ReadonlyMap<string, ToolPolicy>;
  readonly tools: ToolListing;
  /** By server id: narrows what that server may ask of this client. */
  readonly clientRequests: ReadonlyMap<string, ClientRequests>;
}

/** What `tools/list` of `/mcp` holds; it narrows what is listed and never changes what is allowed. */
export interface ToolListing {
  readonly mode: 'all' | 'search' | 'auto';
  /** With `auto`: more tools than that are searched for. */
  readonly max: number;
  /** Names of `/mcp` that are always listed; a star at the end stands for any rest. */
  readonly always: readonly string[];
  /** `short`: descriptions of tools are listed with their first sentence alone. */
  readonly descriptions: 'full' | 'short';
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
  /** Progress restarts `toolsCallS`, up to this total in seconds. */
  readonly toolsCallMaxS: number;
  /** Further tries after a timeout of initialize or tools/list; tools/call is never retried. */
  readonly retryOnTimeout: number;
  readonly retryBackoffS: number;
}

/** Where the value of a secret comes from, once a server that uses it starts. */
export type SecretSource =
  | { readonly kind: 'value'; readonly value: string }
  /** `digest` is that of what the file held as the registry was read, so that another content restarts the server. */
  | { readonly kind: 'file'; readonly path: string; readonly digest: string }
  /** `updated` changes with each value that LMCP stores there. */
  | {
      readonly kind: 'keyring';
      readonly service: string;
      readonly account: string;
      readonly updated: string | null;
    }
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly timeoutS: number }
  | { readonly kind: 'missing'; readonly why: string; readonly fix: string };

/** What servers of every kind have. */
export interface ServerBase {
  readonly id: string;
  /** False: nobody may use it, and it is not started; its grants and policies stay in the registry. */
  readonly enabled: boolean;
  /** The secrets that its values refer to (registry/secrets/marks.ts); absent where there are none. */
  readonly secrets?: ReadonlyMap<string, SecretSource>;
  readonly timeouts: Timeouts;
  readonly toolPolicy: ToolPolicy;
  readonly clientRequests: ClientRequests;
  readonly scope: 'client' | 'session' | 'shared';
  /**
   * The registry names the scope: what the server lists for one client is then kept for that client alone, and no session gets an
   * instance of its own besides.
   */
  readonly scopeChosen: boolean;
  /** Whether lists may come from memory, or are asked of a running instance every time. */
  readonly lists: 'remembered' | 'fresh';
  readonly pinTools: boolean;
  /** Whether tools and prompts that the server does not list may be used. */
  readonly unlistedTools: 'deny' | 'allow';
  /** Whether resources may be read that the server neither lists nor gave to the client. */
  readonly unlistedResources: 'deny' | 'allow';
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
  /** As {@link ContainerSpec.loosened}: inside the product's image a process is less confined than a container would be. */
  readonly loosened?: readonly string[];
}

/** One thing of the host that a container may see. */
export interface ContainerMount {
  /** `bind`: a path of the engine's machine. `volume`: a named volume of the engine. */
  readonly type: 'bind' | 'volume';
  /** Absolute path (normalized, symlinks not yet resolved), or the volume's name. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** Where a server may connect to. */
export interface EgressTarget {
  /** In lower case; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** A limit of setrlimit(2) for a container's processes. */
export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** Whose signature an image must have: that of a public key (PEM), or of an identity that a trust root (JSON) vouches for. */
export type ImageSignature =
  | { readonly kind: 'key'; readonly key: string }
  | {
      readonly kind: 'identity';
      readonly trustRoot: string;
      readonly identity: string;
      readonly issuer: string;
    };

/** How a server's container is run; every default of the hardening is filled in, nothing is taken from the image. */
export interface ContainerSpec {
  readonly image: string;
  /** Replaces the image's entrypoint; undefined keeps it. */
  readonly entrypoint: readonly string[] | undefined;
  /** What follows the entrypoint; empty keeps the image's own command. */
  readonly args: readonly string[];
  /** The arguments without their secrets, where they hold any: what may be seen of them outside of the container. */
  readonly shownArgs?: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly workdir: string | undefined;
  /** `user[:group]`, or undefined: see `rootUser`. */
  readonly user: string | undefined;
  /**
   * The user it runs as where `user` is undefined. `replace`: an image's root by a user without rights. `keep`: the one that the image
   * says. `own`: a user of the server's own, whatever the image says.
   */
  readonly rootUser: 'replace' | 'keep' | 'own';
  readonly mounts: readonly ContainerMount[];
  /** Writable memory file systems: target path to mount options (`size=64m`); `/tmp` is among them by default. */
  readonly tmpfs: ReadonlyMap<string, string>;
  /** `none`, or the name of a network of the engine. Never `host` nor `container:…`. */
  readonly network: string;
  /** What `npx` needs in its cache before it can start without a network; undefined: nothing is downloaded for it. */
  readonly warmUp: { readonly packages: readonly string[]; readonly network: string } | undefined;
  /** Reached through the egress proxy, and nothing else is; undefined: as `network` says. */
  readonly egress: readonly EgressTarget[] | undefined;
  /** `name:address` each; the address may be `host-gateway`. */
  readonly extraHosts: readonly string[];
  /** Bytes; swap is not added on top. */
  readonly memory: number;
  readonly cpus: number;
  /** Whether the entry says so: an engine that can't limit CPUs does not start it then. */
  readonly cpusNamed: boolean;
  readonly pidsLimit: number;
  /** Bytes, or undefined: the engine's default of 64 MiB. */
  readonly shmSize: number | undefined;
  readonly readOnly: boolean;
  /** From the short list in containerCapabilities.ts, without `CAP_`. */
  readonly capAdd: readonly string[];
  readonly pull: 'never' | 'missing';
  /** Undefined: the image needs none. */
  readonly signature: ImageSignature | undefined;
  /** `os/architecture` of the image; undefined: the engine's own. */
  readonly platform: string | undefined;
  readonly hostname: string | undefined;
  /** Addresses of DNS servers; empty: the engine's. */
  readonly dns: readonly string[];
  /** One of each name; `core` and `nofile` are always among them. */
  readonly ulimits: readonly Ulimit[];
  /** The socket of an engine beside the configured one; undefined: the configured one. */
  readonly engineSocket: string | undefined;
  /** What is weaker than the full hardening, in words for status and interface; empty when nothing is. */
  readonly loosened: readonly string[];
}

/** `transport: stdio` in a container: an `image:` entry, a `docker run -i` command, or a command in a sibling container. */
export interface ContainerServer extends ServerBase {
  readonly transport: 'stdio';
  readonly runtime: 'container';
  readonly spec: ContainerSpec;
  readonly stdioMode: 'newline' | 'content-length';
}

export interface ServerTls {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** How LMCP signs in to a server (OAuth 2.1, MCP 2025-11-25 basic/authorization). */
export interface ServerAuth {
  /** `client`: each client of LMCP has a sign-in of its own. */
  readonly per: 'server' | 'client';
  readonly grant: 'authorization_code' | 'client_credentials';
  /** Given by the authorization server; where absent LMCP registers itself. */
  readonly clientId?: string;
  /** Marks of secrets (registry/secrets/marks.ts). */
  readonly clientSecret?: string;
  readonly clientKey?: string;
  /** The URL of a Client ID Metadata Document. */
  readonly clientMetadataUrl?: string;
  readonly scopes?: readonly string[];
  /** The only authorization server that is asked. */
  readonly issuer?: string;
}

/** `transport: http`: Streamable HTTP, falling back to HTTP+SSE; `sse`: HTTP+SSE alone. */
export interface HttpServer extends ServerBase {
  readonly transport: 'http' | 'sse';
  readonly runtime: 'http';
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  /** From `lmcp.loopback_only`: a redirect must not lead away from this machine either. */
  readonly loopbackOnly: boolean;
  /** On another machine, whatever `lmcp.loopback_only` says: reached by TLS alone, at public addresses. */
  readonly remote: boolean;
  /** A remote server may have an address of a private network. */
  readonly allowPrivate: boolean;
  /** Absolute paths of PEM files: the authorities for its certificate, and LMCP's client certificate. */
  readonly tls: ServerTls | undefined;
  /** Undefined: LMCP does not sign in. */
  readonly auth: ServerAuth | undefined;
}

export type Server = ProcessServer | ContainerServer | HttpServer;
