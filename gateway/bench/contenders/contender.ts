import type { Target } from '../load/job.ts';
import type { ProcessUsage } from '../processes/usage.ts';

/** What a contender needs to start: the same server for all, and a folder of its own for this run. */
export interface Setting {
  /** The echo server, as an argv; no part of it holds a space. */
  readonly server: readonly [string, ...string[]];
  /** Where mcp-proxy and supergateway are installed. */
  readonly peersFolder: string;
  /** On a real disk, so that the audit log's fdatasync costs what it costs. */
  readonly runFolder: string;
}

export interface RunningContender extends AsyncDisposable {
  readonly target: Target;
  /** By process id: the gateway and its helpers, without the server behind it; null where there is no gateway. */
  usage(): ReadonlyMap<number, ProcessUsage> | null;
}

/** One way from a client to the echo server. */
export interface Contender {
  readonly name: string;
  /** `peer`: somebody else's gateway. `lmcp`: ours, in both forms. */
  readonly kind: 'direct' | 'peer' | 'lmcp';
  /** @throws Error with words for the person at the terminal. */
  start(setting: Setting): Promise<RunningContender>;
}
