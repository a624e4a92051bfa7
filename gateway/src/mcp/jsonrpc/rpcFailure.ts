import { AnsweredError, AuditUnavailableError, RpcCode, UpstreamError } from '../../errors.ts';
import type { RpcError } from './message.ts';

/** An error thrown by the protocol's handlers, answered unchanged. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';
  readonly error: RpcError;
  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.error = data === undefined ? { code, message } : { code, message, data };
  }
}

/** Converts any error into a JSON-RPC error; an unexpected one reveals no internal details. */
export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcFailure) return error.error;
  if (error instanceof AnsweredError) return error.rpc;
  if (error instanceof UpstreamError) {
    return { code: RpcCode.upstreamFailed, message: error.message, data: { kind: error.kind } };
  }
  if (error instanceof AuditUnavailableError) return auditUnavailable;
  return { code: RpcCode.internalError, message: 'LMCP failed to handle this request; its log says more' };
}

const auditUnavailable: RpcError = {
  code: RpcCode.auditUnavailable,
  message: "LMCP cannot write its audit log, so no call is forwarded. Check /health and the gateway's log",
};

/** Quotes names sent by clients for messages: short, and on one line. */
export function quote(name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return JSON.stringify(shown.toWellFormed());
}
