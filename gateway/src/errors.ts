/** JSON-RPC error codes of the MCP endpoint (JSON-RPC 2.0 section 5.1, and our own range). */
export const RpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  unauthorized: -32001,
  serverNotAllowed: -32003,
  rateLimited: -32009,
  upstreamFailed: -32010,
  toolDenied: -32011,
  auditUnavailable: -32012,
  /** MCP 2026-07-28: headers and body of a request do not say the same. */
  headerMismatch: -32020,
  /** MCP 2026-07-28: the server needs something of the client that it did not declare. */
  missingClientCapability: -32021,
  /** MCP 2026-07-28: the revision asked for is not supported; `data.supported` lists those that are. */
  unsupportedProtocolVersion: -32022,
  /** MCP 2025-11-25, client/elicitation: a person has to visit a page first; `data.elicitations` names it. */
  urlElicitationRequired: -32042,
} as const;

/** Why an upstream could not answer; travels to the client as `data.kind` of error −32010. */
export type UpstreamFailure =
  | 'start_failed'
  | 'command_not_found'
  | 'backoff'
  | 'timeout'
  | 'cancelled'
  | 'exited'
  | 'too_large'
  | 'protocol'
  | 'unreachable'
  | 'http_status'
  /** LMCP is not signed in to the server, or not with what it asks for. */
  | 'sign_in_needed'
  | 'overloaded'
  | 'disk_limit'
  | 'image_unverified'
  | 'stopped';

/** An upstream failed; `message` is fit for the client: no command, path, environment or header value. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly kind: UpstreamFailure;
  /** For the operator only (management, stderr): may name commands and operating-system errors. */
  readonly operatorDetail: string | undefined;
  constructor(kind: UpstreamFailure, message: string, operatorDetail?: string) {
    super(message);
    this.kind = kind;
    this.operatorDetail = operatorDetail;
  }
}

/** A server answered a request of LMCP's own, such as a list, with a JSON-RPC error; `rpc` is that error as it came. */
export class AnsweredError extends UpstreamError {
  readonly rpc: { readonly code: number; readonly message: string; readonly data?: unknown };
  constructor(message: string, rpc: AnsweredError['rpc']) {
    // Whole: what is secret in it is taken out before it is cut (upstream/secrets/failureText.ts).
    super('protocol', message, rpc.message);
    this.rpc = rpc;
  }
}

/** The audit log can't be written: nothing may be forwarded, answered as −32012. */
export class AuditUnavailableError extends Error {
  override readonly name = 'AuditUnavailableError';
}

/** What was thrown, in words: anything can be. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
