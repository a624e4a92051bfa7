import type { HeldBytes } from '../byteBudget.ts';
import type { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import type { ClientCapabilities } from './clientCapabilities.ts';
import type { OutputLog } from './output/outputLog.ts';

/** Who caused an action that no client requested: the operator (management), or the gateway when it refreshes its lists. */
export type Via = 'management' | 'lists';

/** The client and session that an instance serves; `scope: client` ignores the session, `shared` ignores both. */
export interface Owner {
  readonly clientId: string;
  /** The MCP session, or null for a stateless request. */
  readonly sessionId: string | null;
  readonly via?: Via;
  /**
   * The client's capabilities; none if omitted. They are announced to a server at its start, so clients with different
   * capabilities have separate instances, even if they share a token.
   */
  readonly capabilities?: ClientCapabilities;
  /** The client's era, preferred with a server that supports both. `legacy` if omitted. */
  readonly era?: Era;
  /** The revision of a client with a handshake; offered to a server that rejects the newest one. */
  readonly revision?: string;
}

/** A JSON-RPC answer of the server without its id; values are passed on unchanged. */
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
  /** The client that sent the request: each client of a shared instance may use only its part of the request slots. */
  readonly clientId?: string;
  /** Aborting sends notifications/cancelled upstream and rejects with kind `cancelled`. */
  readonly signal?: AbortSignal;
  /**
   * Notifications of this request (progress under the client's own token). If set, the instance puts its own progress
   * token into `params._meta` and passes params with `callerToken` to `onProgress`.
   */
  readonly progress?: {
    readonly callerToken: string | number;
    /** `answered` is true once the answer to the request was a task that still runs (MCP 2025-11-25). */
    readonly onProgress: (params: Record<string, unknown>, answered: boolean) => Promise<void> | undefined;
  };
  /** The client's side while the request is in flight; without it, requests of the server are rejected. */
  readonly conversation?: Conversation;
  /** For transports that mirror parts of a message into headers (MCP 2026-07-28, Streamable HTTP). */
  readonly headers?: Readonly<Record<string, string>>;
  /** The params are large: they are written in slices. */
  readonly large?: boolean;
  /** Set on the one retry after the server rejected the request because its session had expired. */
  readonly resent?: boolean;
}

/** A server's request to its client: `sampling/createMessage`, `elicitation/create` or `roots/list`. */
export interface Question {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The client's answer to a question, unchanged. */
export type QuestionAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };

/** The client of a request in flight, as seen by its server. */
export interface Conversation {
  /** Undefined if the client has none. */
  readonly sessionId?: string;
  readonly capabilities: ClientCapabilities;
  /** The capabilities that are announced to the server; all if omitted. */
  readonly announced?: ClientCapabilities;
  /** True if the client answers questions by sending its request again (MCP 2026-07-28, multi round-trip requests). */
  readonly takesInputRequired: boolean;
  /** The lowest level of log messages that the client requested; undefined leaves it to the server. */
  readonly logLevel: string | undefined;
  /** A notification of the server that belongs to the request. Returns a promise while a large one is written. */
  notify(method: string, params: unknown): Promise<void> | undefined;
  /** Sends a question to the client; never rejects. The signal fires when the answer is no longer needed. */
  ask(question: Question, signal: AbortSignal): Promise<QuestionAnswer>;
  /** The roots of a client with a session, which outlive the request; undefined if it has no session. */
  roots?(): Promise<QuestionAnswer> | undefined;
}

/** With a handshake (up to 2025-11-25), or stateless (from 2026-07-28). */
export type Era = 'legacy' | 'modern';

/** A notification of the server that belongs to no request: list_changed, logging. */
export interface UpstreamNotification {
  readonly serverId: string;
  readonly method: string;
  readonly params: unknown;
}

/** One started and initialized server. */
export interface Instance {
  readonly serverId: string;
  readonly era: Era;
  /** The server's answer to `initialize` or, in the modern era, to `server/discover`, unchanged. */
  readonly initializeResult: Readonly<Record<string, unknown>>;
  /** True once it was sent anything other than list requests. */
  readonly called: boolean;
  /**
   * Sends a request under an id of the instance's own and returns the answer.
   * @throws UpstreamError
   */
  request(
    method: string,
    params: Readonly<Record<string, unknown>> | undefined,
    options: RequestOptions,
  ): Promise<UpstreamAnswer>;
  notify(method: string, params?: Readonly<Record<string, unknown>>): void;
  /** Whether a call of another session is in flight, which makes the addressee of a server's question ambiguous. */
  servesOther(sessionId: string | null): boolean;
  /**
   * Resources with subscribers: subscribed upstream with the first subscriber, unsubscribed after the last. While there is
   * any, the instance is not stopped as idle.
   * @throws UpstreamError when the server rejects
   */
  readonly subscriptions: ResourceSubscriptions;
  /** Resolves when the instance has ended. */
  readonly ended: Promise<{ readonly end: ChannelEnd }>;
}

export interface ResourceSubscriptions {
  /** Returns the server's rejection, or undefined when subscribed. */
  add(uri: string): Promise<UpstreamAnswer | undefined>;
  remove(uri: string): Promise<void>;
}

/** Reported by supervision and audited by the gateway. The `start` event is awaited before anything starts. */
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
      /** Who requested it, if not the gateway itself. */
      readonly via?: Via;
    }
  | {
      readonly type: 'error';
      readonly serverId: string;
      readonly owner: Owner;
      readonly error: UpstreamError;
    }
  /**
   * Dropped output of an incorrect server: an unknown id, a second answer, a line that is not JSON. Or a session that the
   * server ended and that was opened again.
   */
  | {
      readonly type: 'anomaly';
      readonly serverId: string;
      readonly owner: Owner;
      readonly what: 'unknown_id' | 'duplicate_answer' | 'garbage' | 'oversized' | 'session_expired';
      readonly count: number;
    };

/** What the pool needs from the rest of the gateway. */
export interface PoolHooks {
  /** The largest message accepted from a server, in bytes (`lmcp.max_result_mib`); `limits.message` if omitted. */
  readonly largestMessage?: () => number;
  /** Counts the bytes queued for a server that does not read, for the owner of an instance. */
  readonly unsent?: (owner: Owner) => HeldBytes;
  /** Awaited for `start`: the server is not started if it rejects (no audit, no start). */
  lifecycle(event: LifecycleEvent): Promise<void>;
  /** The owner as announced to the server, with the capabilities that the server may use; unchanged if omitted. */
  announced?(server: Server, owner: Owner): Owner;
  /** Roots that a server requests outside of any request: those of the owner's session. Undefined if it has none. */
  roots?(serverId: string, owner: Owner): Promise<QuestionAnswer> | undefined;
}

/** Receives the pool's events. A listener must not throw; a promise is that of a large message which is being written. */
export interface PoolListener {
  notification?(notification: UpstreamNotification, owner: Owner): Promise<void> | undefined;
  /** An instance is initialized. */
  started?(instance: Instance, owner: Owner): void;
}

export type ServerState = 'idle' | 'starting' | 'ready' | 'backoff' | 'failed';

/** Why a server failed. */
export interface ServerFailure {
  /** Without the server's secrets. */
  readonly message: string;
  /** The last lines of its stderr, escaped. */
  readonly stderr: readonly string[];
}

/** A server's state over all its instances, as shown by status and interface. */
export interface ServerHealth {
  readonly state: ServerState;
  /** When it reached the state, in milliseconds since the Unix epoch; null while it was never started. */
  readonly since: number | null;
  readonly instances: number;
  /** Starts after a failure, whether they succeeded or not. */
  readonly restarts: number;
  /** The failure since an instance last started; management only. */
  readonly failure: ServerFailure | null;
  /** The same as one text. */
  readonly lastError: string | null;
  /** The end of the newest instance's stderr, at most 64 KiB; management only. */
  readonly stderrTail: string;
  /** Changes with the instance that wrote `stderrTail`; 0 before the first. */
  readonly stderrInstance: number;
  /** The newest instance's `initialize` result, unchanged; null until one was started. Management only. */
  readonly initializeResult: Readonly<Record<string, unknown>> | null;
}

export interface UpstreamPool {
  /** For the life of the pool; listeners are called in the order in which they subscribed. */
  subscribe(listener: PoolListener): void;
  /**
   * Returns the warm instance for this owner, or starts and initializes one. Concurrent callers share the start.
   * @param calling a call follows in which the server may ask its client something: such calls of two sessions use separate
   * instances, unless the registry sets the scope
   * @throws UpstreamError
   */
  acquire(server: Server, owner: Owner, calling?: 'calling'): Promise<Instance>;
  /** As `acquire`, but without a start: undefined if no instance is ready. */
  ready(server: Server, owner: Owner): Instance | undefined;
  /** The instances of these servers that run for this owner; shared ones have no owner. */
  running(serverIds: readonly string[], owner: Owner): Instance[];
  /** The roots of this owner's session changed: notifies its instances of these servers, if `roots` was announced to them. */
  rootsChanged(serverIds: readonly string[], owner: Owner): void;
  /** The registry changed: instances of removed or changed servers accept no new calls, drain in-flight calls, and stop. */
  reconcile(servers: ReadonlyMap<string, Server>): void;
  /** Ends the instances of an owner that has gone: all of a client (sessionId null) or those of one session. */
  release(owner: Owner): void;
  /**
   * Every instance of the server accepts no new calls, drains in-flight calls, and ends; the next call starts another.
   * Resolves when all have ended.
   */
  stop(serverId: string, via: Via): Promise<void>;
  /** Lets a failed server start again immediately, regardless of its back-off. */
  resetBackoff(serverId: string): void;
  health(serverId: string): ServerHealth;
  /** What its instances wrote since the gateway started. */
  output(serverId: string): Pick<OutputLog, 'since' | 'last' | 'after' | 'waitAfter'>;
  /** Whether a request to any server is in flight. */
  readonly busy: boolean;
  /** Accepts no new calls, drains in-flight calls for up to `graceMs`, then ends every process tree. */
  close(graceMs: number): Promise<void>;
}

/** How a channel ended; `expected` when we closed it. */
export interface ChannelEnd {
  readonly expected: boolean;
  readonly code: number | null;
  readonly signal: string | null;
  /** The cause, if it is to be reported: garbage beyond the limit, a line too long, an OOM kill, an HTTP failure. */
  readonly error?: UpstreamError;
}

export interface ChannelEvents {
  /**
   * One unparsed message, not yet known to be valid JSON-RPC; `bytes` is its size on the wire. `within` is the request on
   * whose response stream it came, if the transport knows (the stream of a POST). A returned promise means that the message
   * is large and still being read: read nothing more from the server until it resolves.
   */
  message(text: string, bytes: number, within?: number): Promise<void> | undefined;
  /** The client that the channel serves; undefined if it is shared or serves none. */
  readonly clientId?: string;
  /** Counts the bytes queued for a server that does not read. */
  readonly unsent?: HeldBytes;
  /** The current limit of one message, in bytes; `limits.message` if omitted. */
  readonly largestMessage?: () => number;
  /** A message beyond the limit was discarded while streaming; its ends are kept, so that its id can be found. */
  oversized?(message: OversizedMessage): void;
  /** Whether a request still waits for its answer; if not, a transport keeps nothing open for it. */
  waits?(request: number): boolean;
  /** What the server writes to stderr, as it comes. */
  stderr?(chunk: Buffer): void;
  /** The server accepts nothing more; `end` follows once the cause is known and the last output was read. */
  ending?(): void;
  /** Called once, last. */
  end(end: ChannelEnd): void;
}

/** The kept parts of a message that was too large. */
export interface OversizedMessage {
  /** The first and the last few kilobytes, decoded. */
  readonly head: string;
  readonly tail: string;
  /** Size on the wire. */
  readonly bytes: number;
}

/** What the sender knows about a message, so that a channel that distinguishes messages need not parse them again. */
export interface Outgoing {
  /** The id, if the message is a request that awaits an answer. */
  readonly request?: number;
  /** The id of the cancelled request, if the message is notifications/cancelled. */
  readonly cancels?: number;
  /** The message probes the server's era: its rejection is no failure of the transport. */
  readonly probe?: boolean;
  /** Headers for transports that have them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A connection to one started server that carries JSON-RPC messages as text, independent of framing and transport.
 * Process, container and HTTP each implement it; everything above (ids, era, timeouts, supervision) is shared.
 */
export interface Channel {
  /**
   * Resolves when the message was written (backpressure); rejects with UpstreamError when the channel is closed, or
   * when this message failed (HTTP): a request with that id then gets no answer.
   */
  send(text: string, about?: Outgoing): Promise<void>;
  /** Sets the revision negotiated by `initialize`, before anything else is sent (HTTP sends it in a header). */
  negotiated?(protocolVersion: string): void;
  /** The end of what the server wrote to stderr, at most 64 KiB; empty for HTTP. */
  stderrTail(): string;
  /** Ends stdin, then SIGTERM and SIGKILL after grace periods, down to the last descendant. Resolves when all ended. Idempotent. */
  close(): Promise<void>;
}

/** Opens a channel to a server. @throws UpstreamError */
export type OpenChannel<S extends Server = Server> = (
  server: S,
  events: ChannelEvents,
  signal: AbortSignal,
) => Promise<Channel>;
