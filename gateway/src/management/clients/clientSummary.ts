import type { Client, Settings } from '../../registry/types.ts';
import type { ClientCount } from '../../stats/clientCounts.ts';
import type { ClientSummary } from '../../api/clients.ts';

export interface ClientFacts {
  readonly client: Client;
  readonly settings: Settings;
  /** True where the client's own entry in the file has a limit. */
  readonly ownLimit: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly lastSeen: number | null;
  readonly count: ClientCount;
}

/** A client as the list of clients shows it. */
export function clientSummary({ client, settings, ownLimit, lastSeen, count }: ClientFacts): ClientSummary {
  return {
    client_id: client.id,
    token_status: client.tokens.length > 0 ? 'set' : 'empty',
    token_count: client.tokens.length,
    allow_servers: [...client.allowServers],
    rate_limit_rpm: client.rateLimitRpm,
    rate_limit_from: ownLimit ? 'client' : settings.rateLimitRpm === null ? 'none' : 'global',
    last_seen_at: lastSeen,
    ...count,
  };
}
