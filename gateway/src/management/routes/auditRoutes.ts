import { exportLines, findPage, isPosition } from '../../audit/read/search.ts';
import { Activity, maxMinutes } from '../../stats/activity.ts';
import { AuditCounts } from '../auditCounts.ts';
import { cursorOf, exportFilterOf, invalidCursor, pageQueryOf, type AuditPageQuery } from '../auditQuery.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { LogVerification } from '../logVerification.ts';
import { invalidQuery, readQuery } from '../query.ts';
import { json, type Route } from '../route.ts';
import type { ActivityAnswer, AuditPage } from '../../api/types.ts';

/** `/management/audit` and `/management/activity`: what is on record. */
export function auditRoutes({ audit, auditLog, clock }: ManagementDependencies): Route[] {
  const counts = new AuditCounts(auditLog);
  const verification = new LogVerification(auditLog, clock);
  const activity = new Activity(clock.now());
  audit.subscribe((line) => activity.take(line));
  return [
    {
      method: 'GET',
      path: '/management/audit',
      handle: async ({ query }) =>
        json(await pageOf(auditLog, pageQueryOf(query), counts, () => audit.status().seq)),
    },
    {
      method: 'GET',
      path: '/management/audit/export',
      handle: ({ query }) =>
        Promise.resolve({
          status: 200,
          stream: exportLines(auditLog, exportFilterOf(query)),
          headers: {
            'Content-Type': 'application/x-ndjson',
            'Content-Disposition': 'attachment; filename="lmcp-audit.ndjson"',
          },
        }),
    },
    {
      method: 'GET',
      path: '/management/audit/verify',
      handle: () => Promise.resolve(json(verification.state)),
    },
    {
      method: 'POST',
      path: '/management/audit/verify',
      handle: async () => {
        verification.start();
        return Promise.resolve(json(verification.state, 202));
      },
    },
    {
      method: 'GET',
      path: '/management/activity',
      handle: ({ query }) => {
        const minutes = minutesOf(readQuery(query, ['minutes']).get('minutes'));
        const answer: ActivityAnswer = { ok: true, ...activity.last(minutes, clock.now()) };
        return Promise.resolve(json(answer));
      },
    },
  ];
}

async function pageOf(
  path: string,
  { filter, limit, before }: AuditPageQuery,
  counts: AuditCounts,
  total: () => number,
): Promise<AuditPage> {
  if (before !== undefined && !(await isPosition(path, before))) throw invalidCursor();
  const page = await findPage(path, filter, { limit, before });
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

function minutesOf(given = '60'): number {
  const minutes = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (minutes >= 1 && minutes <= maxMinutes) return minutes;
  throw invalidQuery(`minutes is a whole number from 1 to ${maxMinutes}`);
}
