import type { AuditFilter } from '../../audit/read/filter.ts';
import { auditFilterNames, parseAuditFilter } from '../../audit/read/parseFilter.ts';
import { listSegments } from '../../audit/format/segmentNames.ts';
import type { AuditFilterOptions } from './auditFilterOptions.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';

/** @throws CommandFailure for an invalid value */
export function auditFilterOf(options: AuditFilterOptions): AuditFilter {
  const texts = auditFilterNames.map((name) => [name, options[name] === '' ? undefined : options[name]]);
  const parsed = parseAuditFilter(Object.fromEntries(texts) as AuditFilterOptions);
  if (parsed.ok) return parsed.filter;
  throw usageFailure(`--${parsed.name}: ${parsed.message}`);
}

/** @throws CommandFailure where there is no log */
export async function requireLog(path: string): Promise<void> {
  const files = await listSegments(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  if (files.length === 0) throw new CommandFailure(`there is no audit log at ${path}`);
}
