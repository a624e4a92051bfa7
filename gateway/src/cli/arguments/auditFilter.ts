import type { AuditFilter } from '../../audit/read/filter.ts';
import { auditFilterNames, parseAuditFilter } from '../../audit/read/parseFilter.ts';
import { formatQuery, parseQuery } from '../../audit/query/parseQuery.ts';
import { takeTimes } from '../../audit/query/queryTimes.ts';
import { listSegments } from '../../audit/format/segmentNames.ts';
import type { AuditFilterOptions } from './auditFilterOptions.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';

/** @throws CommandFailure for an invalid value */
export function auditFilterOf(options: AuditFilterOptions): AuditFilter {
  const given = withTimes(options);
  const texts = auditFilterNames.map((name) => [name, given[name] === '' ? undefined : given[name]]);
  const parsed = parseAuditFilter(Object.fromEntries(texts) as AuditFilterOptions);
  if (parsed.ok) return parsed.filter;
  throw usageFailure(`--${parsed.name}: ${parsed.message}`);
}

/** The times of a query as the options that name instants; an option that is given as well counts more. */
function withTimes(options: AuditFilterOptions): AuditFilterOptions {
  const { terms, problems } = parseQuery(options.query ?? '');
  if (problems.length > 0) return options;
  const { terms: others, ...times } = takeTimes(terms, Date.now());
  return { ...times, ...options, query: formatQuery(others) };
}

/** @throws CommandFailure where there is no log */
export async function requireLog(path: string): Promise<void> {
  const files = await listSegments(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  if (files.length === 0) throw new CommandFailure(`there is no audit log at ${path}`);
}
