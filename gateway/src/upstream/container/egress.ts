import { createHash, randomBytes } from 'node:crypto';
import { namedPlaces } from '../../registry/container/egressTarget.ts';
import type { EgressTarget } from '../../registry/types.ts';

/** Where the egress proxy is found in the network of a server that has `egress:`. */
const proxyHost = 'egress:3128';

/** A running server's way to what its entry names. */
export interface EgressGrant {
  /** What its environment needs. */
  readonly env: ReadonlyMap<string, string>;
  /** From now on the proxy connects it to nothing. */
  release(): void;
}

export interface EgressDecision {
  readonly allowed: boolean;
  /** Undefined where nobody holds the token. */
  readonly serverId: string | undefined;
  /** Places outside the public internet that its entry means for this port. */
  readonly named: readonly string[];
}

interface Holder {
  readonly serverId: string;
  readonly targets: readonly EgressTarget[];
}

/** Which running servers may connect where: each start has a token of its own. */
export class EgressGrants {
  /** By the digest of the token. */
  readonly #holders = new Map<string, Holder>();

  grant(serverId: string, targets: readonly EgressTarget[]): EgressGrant {
    const token = randomBytes(24).toString('hex');
    const key = digest(token);
    this.#holders.set(key, { serverId, targets });
    const proxy = `http://lmcp:${token}@${proxyHost}`;
    // Half of all programs read the one spelling, half the other.
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
