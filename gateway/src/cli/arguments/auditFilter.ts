import type { AuditFilter } from '../../audit/read/filter.ts';
import { listSegments } from '../../audit/format/segmentNames.ts';
import { exportFilterOf } from '../../management/auditQuery.ts';
import { ApiError } from '../../management/route.ts';
import { auditFilterOptions, type AuditFilterOptions } from './auditFilterOptions.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';

/** @throws CommandFailure for a value that can't be */
export function auditFilterOf(options: AuditFilterOptions): AuditFilter {
  const given = auditFilterOptions.flatMap(([name]): [string, string][] => {
    const value = options[name];
    return value === undefined ? [] : [[name, value]];
  });
  try {
    return exportFilterOf(new URLSearchParams(given));
  } catch (error) {
    if (error instanceof ApiError) throw usageFailure(error.message);
    throw error;
  }
}

/** @throws CommandFailure where there is no log */
export async function requireLog(path: string): Promise<void> {
  const files = await listSegments(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  if (files.length === 0) throw new CommandFailure(`there is no audit log at ${path}`);
}
