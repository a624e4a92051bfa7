import type { HeldBytes } from '../byteBudget.ts';
import type { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import type { ClientCapabilities } from './clientCapabilities.ts';

/** Who asked where no client did: the operator through management, or the gateway itself that keeps its lists current. */
export type Via = 'management' | 'lists';

/** Whom an instance works for; with `scope: client` the session is ignored, with `shared` both are. */
export interface Owner {
  readonly clientId: string;
  /** The MCP session, or null for a stateless request. */
  readonly sessionId: string | null;
  readonly via?: Via;
  /**
   * What the client can be asked for; none when left out. It is announced to a server at its start, so clients that differ
   * in it have instances of their own, also where they share a token.
   */
  readonly capabilities?: ClientCapabilities;
  /** The client's era; a server that speaks several is met in this one. `legacy` when left out. */
  readonly era?: Era;
  /** The revision of a client with a handshake; a server that rejects the newest one is asked for it. */
  readonly revision?: string;
}

/** A JSON-RPC answer as the server gave it, its id taken off; values are passed on unchanged. */
export type UpstreamAnswer =
  | { readonly result: unknown; readonly bytes: number }
  | {
      readonly error: { readonly code: number; readonly message: string; readonly data?: unknown };
      readonly bytes: number;
    };

export interface RequestOptions {
  readonly timeoutMs: number;
  /** Progress restarts `timeoutMs`, up to this total in milliseconds. */
  readonly maxTimeoutMs?: number;
  /** Whose request it is: of an instance that clients share, each has its part of the places. */
  readonly clientId?: string;
  /** Aborting sends notifications/cancelled upstream and rejects with kind `cancelled`. */
  readonly signal?: AbortSignal;
  /**
   * Notifications that belong to this request alone (progress under the caller's own token). When given, the
   * instance puts a progress token of its own into `params._meta` and hands back params with `callerToken`.
   */
  readonly progress?: {
    readonly callerToken: string | number;
    /** `answered` once the request was answered with a task, which goes on (MCP 2025-11-25). */
    readonly onProgress: (params: Record<string, unknown>, answered: boolean) => void;
  };
  /** The client's side while the request is under way; without it the server can ask for nothing. */
  readonly conversation?: Conversation;
  /** For the transports that mirror parts of a message into headers (MCP 2026-07-28, Streamable HTTP). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent again after the server had rejected it because its session was over; that happens once. */
  readonly resent?: boolean;
}

/** What a server asks of its client: `sampling/createMessage`, `elicitation/create` or `roots/list`. */
export interface Question {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The client's answer to a question, as it gave it. */
export type QuestionAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };

/** The client whose request is under way, as its server meets it. */
export interface Conversation {
  /** Undefined where the client has none. */
  readonly sessionId?: string;
  readonly capabilities: ClientCapabilities;
  /** What the server is told of them; all when left out. */
  readonly announced?: ClientCapabilities;
  /** True where the client answers questions by sending its request again (MCP 2026-07-28, multi round-trip requests). */
  readonly takesInputRequired: boolean;
  /** The lowest level of log messages that the client wants; undefined leaves it to the server. */
  readonly logLevel: string | undefined;
  /** A notification of the server that belongs to the request. */
  notify(method: string, params: unknown): void;
  /** Puts a question to the client; never rejects. The signal fires when the answer is of no use any more. */
  ask(question: Question, signal: AbortSignal): Promise<QuestionAnswer>;
  /** The roots of a client that has a session, which outlive the request; undefined where it has none. */
  roots?(): Promise<QuestionAnswer> | undefined;
}

/** With a handshake (up to 2025-11-25), or stateless (from 2026-07-28). */
export type Era = 'legacy' | 'modern';

/** A notification of the server that is tied to no request: list_changed, logging. */
export interface UpstreamNotification {
  readonly serverId: string;
  readonly method: string;
  readonly params: unknown;
}

/** One started and initialized server. */
export interface Instance {
  readonly serverId: string;
  readonly era: Era;
  /** The server's answer to `initialize` or, in the modern era, to `server/discover`, as given. */
  readonly initializeResult: Readonly<Record<string, unknown>>;
  /** It has been sent something other than requests for lists. */
  readonly called: boolean;
  /**
   * Sends a request under an id of the instance's own and gives the answer.
   * @throws UpstreamError
   */
  request(
    method: string,
    params: Readonly<Record<string, unknown>> | undefined,
    options: RequestOptions,
  ): Promise<UpstreamAnswer>;
  notify(method: string, params?: Readonly<Record<string, unknown>>): void;
  /** Whether a call of another session is under way, so that nobody could say whom a question of the server is for. */
  servesOther(sessionId: string | null): boolean;
  /**
   * Resources whose changes are told: subscribed to when the first one asks, until the last one has gone. While there is any,
   * the instance is not stopped for being idle.
   * @throws UpstreamError when the server rejects
   */
  readonly subscriptions: ResourceSubscriptions;
  /** Resolves once, when it is gone. */
  readonly ended: Promise<{ readonly end: ChannelEnd }>;
}

export interface ResourceSubscriptions {
  /** Gives the server's rejection, or undefined when it is subscribed. */
  add(uri: string): Promise<UpstreamAnswer | undefined>;
  remove(uri: string): Promise<void>;
}

/** What supervision reports; the gateway turns it into audit lines. `server_start` is awaited before anything starts. */
export type LifecycleEvent =
  | {
      readonly type: 'start';
      readonly serverId: string;
      readonly owner: Owner;
      readonly runtime: Server['runtime'];
    }
  | {
      readonly type: 'exit';
      readonly serverId: string;
      readonly owner: Owner;
      readonly expected: boolean;
      readonly code: number | null;
      readonly signal: string | null;
      readonly uptimeMs: number;
      /** Who asked for it, where it was not the gateway's own doing. */
      readonly via?: Via;
    }
  | {
      readonly type: 'error';
      readonly serverId: string;
      readonly owner: Owner;
      readonly error: UpstreamError;
    }
  /** Something a correct server does not do and that was dropped: an id never asked for, a second answer, a line that is no JSON; or a session that the server ended and that was opened again. */
  | {
      readonly type: 'anomaly';
      readonly serverId: string;
      readonly owner: Owner;
      readonly what: 'unknown_id' | 'duplicate_answer' | 'garbage' | 'oversized' | 'session_expired';
      readonly count: number;
    };

/** What the pool asks of the others. */
export interface PoolHooks {
  /** The largest message that is taken from a server, in bytes (`lmcp.max_result_mib`); `limits.message` when left out. */
  readonly largestMessage?: () => number;
  /** Where what waits for a server that does not read is counted, for the owner of an instance. */
  readonly unsent?: (owner: Owner) => HeldBytes;
  /** Awaited for `start`: rejecting keeps the server from being started (no audit, no start). */
  lifecycle(event: LifecycleEvent): Promise<void>;
  /** The owner as the server is to know it: with what it may ask the client for; as given when left out. */
  announced?(server: Server, owner: Owner): Owner;
  /** A server asks for roots outside of any request: those of the client whose session the owner names. Undefined where there are none. */
  roots?(serverId: string, owner: Owner): Promise<QuestionAnswer> | undefined;
}

/** What the pool tells. A listener must not throw. */
export interface PoolListener {
  notification?(notification: UpstreamNotification, owner: Owner): void;
  /** An instance runs and is initialized. */
  started?(instance: Instance, owner: Owner): void;
}

export type ServerState = 'idle' | 'starting' | 'ready' | 'backoff' | 'failed';

/** A server as status and interface show it, over all its instances. */
/** Why a server failed. */
export interface ServerFailure {
  /** Free of the server's secrets. */
  readonly message: string;
  /** The last lines of its stderr, escaped. */
  readonly stderr: readonly string[];
}

export interface ServerHealth {
  readonly state: ServerState;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  readonly instances: number;
  readonly restarts: number;
  /** What failed since an instance last started, for the operator; management only. */
  readonly failure: ServerFailure | null;
  /** The same as one text. */
  readonly lastError: string | null;
  /** The end of the newest instance's stderr, at most 64 KiB; management only. */
  readonly stderrTail: string;
  /** Another number where that is of another instance than before; 0 before the first. */
  readonly stderrInstance: number;
  /** The newest instance's `initialize` result, as given; null until one was started. Management only. */
  readonly initializeResult: Readonly<Record<string, unknown>> | null;
}

export interface UpstreamPool {
  /** For the life of the pool; listeners are called in the order in which they subscribed. */
  subscribe(listener: PoolListener): void;
  /**
   * The warm instance for this owner, started and initialized first where there is none. Concurrent callers share the start.
   * @param calling a call follows in which the server may ask its client something: such calls of two sessions do not meet in
   * one instance, unless the registry gives the scope
   * @throws UpstreamError
   */
  acquire(server: Server, owner: Owner, calling?: 'calling'): Promise<Instance>;
  /** As `acquire`, without a start: undefined where no instance is ready. */
  ready(server: Server, owner: Owner): Instance | undefined;
  /** The instances of these servers that run for this owner; shared ones belong to nobody. */
  running(serverIds: readonly string[], owner: Owner): Instance[];
  /** The roots of this owner's session changed: its instances of these servers are told, where they have been told of roots. */
  rootsChanged(serverIds: readonly string[], owner: Owner): void;
  /** The registry changed: instances whose server is gone or defined differently take no new calls, finish what runs, and stop. */
  reconcile(servers: ReadonlyMap<string, Server>): void;
  /** Ends what belongs to an owner that is gone: all of a client (sessionId null) or one session. */
  release(owner: Owner): void;
  /**
   * Every instance of a server takes no new calls, finishes what runs, and ends; the next call starts another. Resolves when
   * all have ended.
   */
  stop(serverId: string, via: Via): Promise<void>;
  /** A server that failed may be started again immediately, whatever its back-off says. */
  resetBackoff(serverId: string): void;
  health(serverId: string): ServerHealth;
  /** A request to some server is under way. */
  readonly busy: boolean;
  /** No new calls; what runs is waited for up to `graceMs`, then every process tree is ended. */
  close(graceMs: number): Promise<void>;
}

/** How a channel ended; `expected` when we closed it. */
export interface ChannelEnd {
  readonly expected: boolean;
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when the end has a cause worth telling: garbage beyond the limit, a line too long, an OOM kill, an HTTP failure. */
  readonly error?: UpstreamError;
}

export interface ChannelEvents {
  /**
   * One JSON-RPC message (or what claims to be one), whole and unparsed; `bytes` is its size on the wire. `within` is the
   * request whose answer it came with, where the transport knows (the stream of a POST). A promise means that the message is
   * large and being read: nothing more should be read from the server until it resolves.
   */
  message(text: string, bytes: number, within?: number): Promise<void> | undefined;
  /** The client that the channel is for; undefined where it is for all, or for none. */
  readonly clientId?: string;
  /** Counts what waits for a server that does not read. */
  readonly unsent?: HeldBytes;
  /** The limit of one message, in bytes, as it is now; `limits.message` when left out. */
  readonly largestMessage?: () => number;
  /** A message beyond the limit was thrown away while it streamed by; its ends are kept, so that its id can be found. */
  oversized?(message: OversizedMessage): void;
  /** Whether a request still waits for its answer; a transport keeps nothing open for one that does not. */
  waits?(request: number): boolean;
  /** The server takes nothing more; `end` follows once the cause is known and the last output was read. */
  ending?(): void;
  /** Once, last; nothing follows it. */
  end(end: ChannelEnd): void;
}

/** What is left of a message that was too large to hold. */
export interface OversizedMessage {
  /** The first and the last few kilobytes, decoded. */
  readonly head: string;
  readonly tail: string;
  /** Its size on the wire. */
  readonly bytes: number;
}

/** What the sender of a message knows of it, so that a channel that must tell messages apart need not parse them again. */
export interface Outgoing {
  /** The id when the message is a request that awaits an answer. */
  readonly request?: number;
  /** The id of the request that nobody waits for any more, when the message is notifications/cancelled. */
  readonly cancels?: number;
  /** Finds out the server's era: a rejection says nothing about its transport. */
  readonly probe?: boolean;
  /** Headers for transports that have them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A connection to one started server that carries JSON-RPC messages as text, whatever the framing or transport below.
 * Process, container and HTTP each give one; everything above (ids, era, timeouts, supervision) is shared.
 */
export interface Channel {
  /**
   * Resolves when the message was handed on (backpressure); rejects with UpstreamError when the channel is closed, or
   * when this one message failed (HTTP): a request with that id then has no answer to wait for.
   */
  send(text: string, about?: Outgoing): Promise<void>;
  /** Tells the revision that `initialize` settled on, before anything else is sent (HTTP names it in a header). */
  negotiated?(protocolVersion: string): void;
  /** The end of what the server wrote to stderr, at most 64 KiB; empty for HTTP. */
  stderrTail(): string;
  /** Orderly: end of stdin, grace, SIGTERM, grace, SIGKILL, down to the last grandchild. Resolves when all is gone. Idempotent. */
  close(): Promise<void>;
}

/** Opens a channel to a server. @throws UpstreamError */
export type OpenChannel<S extends Server = Server> = (
  server: S,
  events: ChannelEvents,
  signal: AbortSignal,
) => Promise<Channel>;
