import type { serverLogsEndpoints } from '../../../api/server/serverLogs.ts';
import { quoted } from '../../../registry/yaml/problem.ts';
import { ApiError } from '../../apiError.ts';
import type { ManagementDependencies } from '../../dependencies.ts';
import { json, type Handlers } from '../../route.ts';

/** `/management/servers/:server_id/logs`: what its instances write. */
export function serverLogsHandlers({
  pool,
  store,
}: Pick<ManagementDependencies, 'pool' | 'store'>): Handlers<typeof serverLogsEndpoints> {
  return {
    serverLogs: async ({ params: { server_id: id }, query: { after = 0, wait_s: seconds = 0 } }) => {
      await store.reload();
      if (!store.current.servers.has(id))
        throw new ApiError('unknown_server', `the registry has no server ${quoted(id)}`);
      const output = pool.output(id);
      // A number of another log is never reached.
      const from = after > output.last ? 0 : after;
      await output.waitAfter(from, seconds * 1_000);
      const lines = output.after(from).map(({ clientId, ...line }) => ({ ...line, client_id: clientId }));
      return json({ ok: true, since_at: output.since, last: output.last, lines });
    },
  };
}
