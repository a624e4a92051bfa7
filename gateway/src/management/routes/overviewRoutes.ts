import type { overviewEndpoints } from '../../api/overview.ts';
import { overviewOf } from '../../stats/overview.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { json, type Handlers } from '../route.ts';

/** `/management/overview`: what happened lately. */
export function overviewHandlers({
  auditLog,
  logIndex,
  clock,
}: ManagementDependencies): Handlers<typeof overviewEndpoints> {
  return {
    getOverview: async ({ query }) =>
      json({ ok: true, ...(await overviewOf(auditLog, query.range ?? '1h', clock.now(), logIndex)) }),
  };
}
