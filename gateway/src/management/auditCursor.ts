import type { AuditFilter } from '../audit/read/filter.ts';
import { filterKey } from '../audit/read/filterKey.ts';
import type { LogPosition } from '../audit/read/pieces.ts';
import { ApiError } from './apiError.ts';

/** Names a place in the log and the filter that led to it; opaque to everybody else. */
export function cursorOf({ segment, offset }: LogPosition, filter: AuditFilter): string {
  return Buffer.from(`${segment}.${offset}.${filterKey(filter)}`).toString('base64url');
}

/** @throws ApiError 400 `invalid_cursor` for a cursor of another filter */
export function positionOf(cursor: string, filter: AuditFilter): LogPosition {
  const [, segment, offset, key] =
    /^(\d{1,15})\.(\d{1,15})\.([\w-]{16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (segment !== undefined && offset !== undefined && key === filterKey(filter)) {
    return { segment: Number(segment), offset: Number(offset) };
  }
  throw invalidCursor();
}

export function invalidCursor(): ApiError {
  const message = 'the cursor does not belong to these filters and this log; start again with the first page';
  return new ApiError('invalid_cursor', message);
}
