import { createHash, randomBytes } from 'node:crypto';
import { namedPlaces } from '../../registry/container/egressTarget.ts';
import type { EgressTarget } from '../../registry/types.ts';

/** The egress proxy's address in the network of a server with `egress:`. */
const proxyHost = 'egress:3128';

/** A running server's access to the hosts that its entry names. */
export interface EgressGrant {
  /** Variables for its environment. */
  readonly env: ReadonlyMap<string, string>;
  /** Revokes the grant: the proxy denies all further connections. */
  release(): void;
}

export interface EgressDecision {
  readonly allowed: boolean;
  /** Undefined if no server has the token. */
  readonly serverId: string | undefined;
  /** Addresses outside the public internet that its entry allows for this port. */
  readonly named: readonly string[];
}

interface Holder {
  readonly serverId: string;
  readonly targets: readonly EgressTarget[];
}

/** The hosts that running servers may connect to. Each start has its own token. */
export class EgressGrants {
  /** By digest of the token. */
  readonly #holders = new Map<string, Holder>();

  grant(serverId: string, targets: readonly EgressTarget[]): EgressGrant {
    const token = randomBytes(24).toString('hex');
    const key = digest(token);
    this.#holders.set(key, { serverId, targets });
    const proxy = `http://lmcp:${token}@${proxyHost}`;
    // Programs differ in the spelling that they read.
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];
    return {
      env: new Map([...names.map((name) => [name, proxy] as const), ['NODE_USE_ENV_PROXY', '1']]),
      release: () => void this.#holders.delete(key),
    };
  }

  decide(token: string, host: string, port: number): EgressDecision {
    const holder = this.#holders.get(digest(token));
    if (holder === undefined) return { allowed: false, serverId: undefined, named: [] };
    const { serverId, targets } = holder;
    const allowed = targets.some((target) => target.host === host && target.port === port);
    return { allowed, serverId, named: allowed ? namedPlaces(targets, port) : [] };
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
