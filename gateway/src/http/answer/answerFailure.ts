import type { ServerResponse } from 'node:http';
import { AuditUnavailableError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { sendError } from './answer.ts';

/** Answers a request whose handling threw: 503 where it could not be logged, else 500 without a word of the inside. */
export function answerFailure(response: ServerResponse, logger: Logger, error: unknown): void {
  if (error instanceof AuditUnavailableError) {
    sendError(response, 'audit_unavailable', 'the audit log cannot be written, so no call is forwarded');
    return;
  }
  logger.error(
    `a request failed inside the gateway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  if (isPartMissing(error)) {
    const message =
      'a part of LMCP is missing: its files were replaced while it ran, as by an upgrade. Restart LMCP';
    sendError(response, 'internal_error', message);
    return;
  }
  sendError(response, 'internal_error', 'LMCP failed to handle this request; its log says more');
}

/** A module that loads when it is first needed may be missing by then. */
function isPartMissing(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}
