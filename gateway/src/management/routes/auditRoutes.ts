import { auditPageLimit, type auditEndpoints, type AuditPage } from '../../api/audit.ts';
import type { QueryOf } from '../../api/endpoint.ts';
import type { AuditFilter } from '../../audit/read/filter.ts';
import { parseAuditFilter, type AuditFilterTexts } from '../../audit/read/parseFilter.ts';
import { csvOf } from '../../audit/read/csv.ts';
import { exportLines, findPage, isPosition } from '../../audit/read/search.ts';
import { AuditCounts } from '../../stats/auditCounts.ts';
import { histogramOf } from '../../stats/histogram.ts';
import { ApiError } from '../apiError.ts';
import { cursorOf, invalidCursor, positionOf } from '../auditCursor.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { LogVerification } from '../logVerification.ts';
import { json, type Handlers } from '../route.ts';

/** `/management/audit` and `/management/activity`: what was logged. */
export function auditHandlers({
  audit,
  auditLog,
  logIndex,
  clock,
  decisions,
}: ManagementDependencies): Handlers<typeof auditEndpoints> {
  const counts = new AuditCounts(auditLog, logIndex);
  const verification = new LogVerification(auditLog, clock);
  return {
    searchAudit: async ({ query }) =>
      json(await pageOf({ auditLog, logIndex, counts }, query, () => audit.status().seq)),
    exportAudit: ({ query: { format = 'ndjson', ...texts } }) => {
      const lines = exportLines(auditLog, filterOf(texts));
      return {
        stream: format === 'csv' ? csvOf(lines) : lines,
        headers: {
          'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
          'Content-Disposition': `attachment; filename="lmcp-audit.${format}"`,
        },
      };
    },
    getHistogram: async ({ query }) =>
      json({ ok: true, ...(await histogramOf(auditLog, filterOf(query), clock.now(), logIndex)) }),
    getVerification: () => json(verification.state),
    verifyAudit: () => {
      verification.start();
      return json(verification.state);
    },
    getActivity: ({ query }) => json({ ok: true, ...decisions.last(query.minutes ?? 60, clock.now()) }),
  };
}

interface SearchedLog extends Pick<ManagementDependencies, 'auditLog' | 'logIndex'> {
  readonly counts: AuditCounts;
}

async function pageOf(
  { auditLog: path, logIndex: index, counts }: SearchedLog,
  query: QueryOf<typeof auditEndpoints.searchAudit>,
  total: () => number,
): Promise<AuditPage> {
  const { cursor, limit = auditPageLimit.default, ...texts } = query;
  const filter = filterOf(texts);
  const before = cursor === undefined ? undefined : positionOf(cursor, filter);
  if (before !== undefined && !(await isPosition(path, before))) throw invalidCursor();
  const page = await findPage(path, filter, { limit, before, index });
  const everything = Object.keys(filter).length === 0;
  const { matched, exact } = everything
    ? { matched: total(), exact: true }
    : await counts.of(filter, before === undefined ? page : undefined);
  return {
    ok: true,
    lines: page.lines,
    next_cursor: page.next === null ? null : cursorOf(page.next, filter),
    count: { matched, exact, total: total() },
  };
}

/** @throws ApiError 400 `invalid_query` */
function filterOf(texts: AuditFilterTexts): AuditFilter {
  const parsed = parseAuditFilter(texts);
  if (parsed.ok) return parsed.filter;
  throw new ApiError('invalid_query', `invalid query: "${parsed.name}": ${parsed.message}`);
}
