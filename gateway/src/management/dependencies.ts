import type { ServerHealthView } from '../api/schema/serverHealth.ts';
import type { LogIndex } from '../audit/index/logIndex.ts';
import type { Audit } from '../audit/types.ts';
import type { ListRefresher } from '../catalog/listRefresher.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Trials } from '../catalog/trials.ts';
import type { AuthorizationServer } from '../clients/authorizations/authorizationServer.ts';
import type { Clock } from '../clock.ts';
import type { Endpoint } from '../endpoint.ts';
import type { ClientActivity } from '../events/activity.ts';
import type { ClientLimits } from '../limits/clientLimits.ts';
import type { Logger } from '../logger.ts';
import type { DispatchDependencies } from '../mcp/methods/dispatch.ts';
import type { Sessions } from '../mcp/session/sessions.ts';
import type { RegistryStore } from '../registry/store.ts';
import type { SignIns } from '../signin/signIns.ts';
import type { UpstreamPool } from '../upstream/types.ts';
import type { Server } from '../registry/types.ts';
import type { Activity } from '../stats/activity.ts';
import type { ClientCounts } from '../stats/clientCounts.ts';
import type { Latencies } from '../stats/latency.ts';
import type { ToolMarks } from '../pins/toolMarks.ts';

/** What the management API needs of the gateway. */
export interface ManagementDependencies {
  readonly store: RegistryStore;
  readonly audit: Audit;
  /** Path of the log's first segment. */
  readonly auditLog: string;
  readonly logIndex: LogIndex;
  /** The file system of the log; in bytes. */
  readonly disk: { readonly room: { readonly size: number; readonly free: number } };
  readonly pool: UpstreamPool;
  readonly catalog: Catalog;
  readonly trials: Pick<Trials, 'run'>;
  /** What a call as a client needs. */
  readonly calls: DispatchDependencies;
  readonly sessions: Sessions;
  readonly marks: ToolMarks;
  readonly refresher: ListRefresher;
  readonly authorization: AuthorizationServer;
  /** Whether a Host is one of this gateway. */
  readonly isOurHost: (host: string) => boolean;
  readonly limits: ClientLimits;
  readonly activity: ClientActivity;
  /** Decisions by minute. */
  readonly decisions: Activity;
  readonly clientCounts: ClientCounts;
  readonly latencies: Latencies;
  readonly healthOf: (server: Server) => ServerHealthView;
  /** Of the gateway: where the files of applications are looked for. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signIns: SignIns;
  /** Where authorization servers send a browser back to. */
  readonly redirectUri: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where clients reach the gateway. */
  readonly gatewayEndpoint: () => Endpoint;
}
