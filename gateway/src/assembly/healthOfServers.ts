import type { ServerHealthView } from '../api/schema/serverHealth.ts';
import type { ToolMarks } from '../pins/toolMarks.ts';
import { decidePinning } from '../policy/pinning.ts';
import { serverAllows } from '../policy/toolPolicy.ts';
import type { Server } from '../registry/types.ts';
import type { Latencies } from '../stats/latency.ts';
import { serverHealth } from '../stats/serverHealth.ts';
import type { SignIns } from '../signin/signIns.ts';
import type { UpstreamPool } from '../upstream/types.ts';

/** The health of a server, from what its instances, its calls and its tools are now. */
export function healthOfServers(
  pool: Pick<UpstreamPool, 'health'>,
  latencies: Pick<Latencies, 'runOf'>,
  marks: Pick<ToolMarks, 'of'>,
  signIns: Pick<SignIns, 'stateOf'>,
): (server: Server) => ServerHealthView {
  return (server) => {
    const { state, failure } = pool.health(server.id);
    const pendingTools = [...marks.of(server.id)].filter(
      ([tool, { mark }]) => decidePinning(server, mark)?.allowed === false && serverAllows(server, tool),
    ).length;
    const signIn = server.runtime === 'http' ? signIns.stateOf(server) : null;
    return serverHealth({
      state,
      failure,
      calls: latencies.runOf(server.id),
      pendingTools,
      signIn,
      serverId: server.id,
    });
  };
}
