import type { Demand } from '../upstream/http/authorization.ts';
import { readChallenge, type Challenge } from './discovery/challenge.ts';
import { keyOf, type Whose } from './store/signInRecord.ts';

/** What a server asked for that LMCP could not give. */
export interface NotedDemand {
  readonly challenge: Challenge;
  /** More scopes than the sign-in has (RFC 6750, section 3.1, `insufficient_scope`). */
  readonly moreScopes: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

/** The servers that ask for a sign-in. */
export class Demands {
  readonly #noted = new Map<string, NotedDemand>();

  note(whose: Whose, { status, challenge }: Demand, now: number): void {
    const since = this.#noted.get(keyOf(whose))?.since ?? now;
    this.#noted.set(keyOf(whose), { challenge: readChallenge(challenge), moreScopes: status === 403, since });
  }

  of(whose: Whose): NotedDemand | undefined {
    return this.#noted.get(keyOf(whose));
  }

  /** Whether anybody has to sign in to a server. */
  anyOf(serverId: string): NotedDemand | undefined {
    const prefix = keyOf({ serverId, clientId: null });
    return [...this.#noted].find(([key]) => key.startsWith(prefix))?.[1];
  }

  forget(whose: Whose): void {
    this.#noted.delete(keyOf(whose));
  }

  forgetServer(serverId: string): void {
    const prefix = keyOf({ serverId, clientId: null });
    for (const key of this.#noted.keys()) if (key.startsWith(prefix)) this.#noted.delete(key);
  }
}
