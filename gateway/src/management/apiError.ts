import { apiErrors, type ApiErrorCode } from '../api/errors.ts';
import type { ApiFailure } from '../api/schema/failure.ts';

/** An error that the caller gets; its status is the first of its code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly failure: ApiFailure;

  constructor(
    error: ApiErrorCode,
    message: string,
    more: Pick<ApiFailure, 'errors' | 'revision' | 'digests'> = {},
  ) {
    super(message);
    this.status = apiErrors[error].statuses[0];
    this.failure = { ok: false, error, message, ...more };
  }
}

/** The management token may not do this: its scope does not cover it. */
export function outOfScope(what: string): ApiError {
  return new ApiError(
    'management_scope',
    `the management token may not do this: ${what} (lmcp.management_scope). Change the file on the machine that runs LMCP.`,
  );
}
