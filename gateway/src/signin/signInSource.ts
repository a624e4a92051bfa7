import { UpstreamError } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { HttpServer } from '../registry/types.ts';
import {
  signInAdvice,
  SignInNeededError,
  type Authorization,
  type Demand,
  type SignInAdvice,
} from '../upstream/http/authorization.ts';
import { knowSecrets } from '../upstream/secrets/withoutSecrets.ts';
import type { Demands } from './demands.ts';
import type { Renewals } from './renewals.ts';
import type { SignInRecord, Whose } from './store/signInRecord.ts';
import type { SignInStore } from './store/signInStore.ts';
import { usableRecord } from './usableRecord.ts';

/** A token is renewed so long before it expires; milliseconds. */
const leadMs = 30_000;

export interface SourceParts {
  readonly store: SignInStore;
  readonly renewals: Renewals;
  readonly demands: Demands;
  readonly clock: Clock;
  /** The page of a server in the interface. */
  readonly pageOf: (serverId: string) => string;
  readonly hide: (serverId: string, token: string) => void;
}

/** Authorizes the requests of one server's instances by the sign-in that they have. */
export class SignInSource implements Authorization {
  readonly #parts: SourceParts;
  readonly #server: HttpServer;
  readonly #whose: Whose;
  #sent: SignInRecord | undefined;

  constructor(parts: SourceParts, server: HttpServer, whose: Whose) {
    this.#parts = parts;
    this.#server = server;
    this.#whose = whose;
  }

  header(): string | undefined | Promise<string | undefined> {
    if (this.#server.auth === undefined) return undefined;
    const record = usableRecord(this.#parts.store, this.#server, this.#whose);
    if (record === undefined) return this.#isAutomatic ? this.#renewed(undefined) : undefined;
    const { expiresAt, refreshToken } = record;
    const isGood = expiresAt === undefined || this.#parts.clock.now() < expiresAt - leadMs;
    // Without a way to renew it the server decides: clocks differ.
    if (isGood || (refreshToken === undefined && !this.#isAutomatic)) return this.#bearer(record);
    return this.#renewed(record);
  }

  async renewed(rejected: string): Promise<string | undefined> {
    const record = usableRecord(this.#parts.store, this.#server, this.#whose);
    if (record === undefined) return undefined;
    if (bearer(record) !== rejected) return this.#bearer(record);
    return this.#renewed(record);
  }

  demanded(demand: Demand): SignInAdvice {
    const { demands, clock, pageOf } = this.#parts;
    const { id, auth } = this.#server;
    demands.note(this.#whose, demand, clock.now());
    const page = pageOf(id);
    if (auth === undefined) return { text: signInAdvice(id), page };
    const what = demand.status === 403 ? 'The sign-in lacks a permission that the server asks for. ' : '';
    const { clientId } = this.#whose;
    const whose = clientId === null ? '' : ` --client ${clientId}`;
    const text = `${what}Run lmcp login ${id}${whose} on the machine that runs LMCP, or sign in at ${page}.`;
    return { text, page };
  }

  /** What the server says is shown without the token from now on. */
  #bearer(record: SignInRecord): string {
    if (record !== this.#sent) {
      this.#sent = record;
      knowSecrets(this.#server, [record.accessToken]);
      this.#parts.hide(this.#server.id, record.accessToken);
    }
    return bearer(record);
  }

  get #isAutomatic(): boolean {
    return this.#server.auth?.grant === 'client_credentials';
  }

  async #renewed(record: SignInRecord | undefined): Promise<string | undefined> {
    const { renewals, demands, clock } = this.#parts;
    const challenge = demands.of(this.#whose)?.challenge;
    try {
      const next = await renewals.renew(this.#server, this.#whose, record, challenge);
      if (next === undefined) return undefined;
      demands.forget(this.#whose);
      return this.#bearer(next);
    } catch (error) {
      // It is renewed ahead of time: until then it is good.
      if (record?.expiresAt !== undefined && clock.now() < record.expiresAt) return this.#bearer(record);
      const { message } = error as Error;
      if (this.#isAutomatic)
        throw new SignInNeededError(`LMCP could not sign in to server "${this.#server.id}": ${message}`);
      throw new UpstreamError(
        'unreachable',
        `The sign-in to server "${this.#server.id}" could not be renewed: ${message}`,
      );
    }
  }
}

function bearer({ accessToken }: SignInRecord): string {
  return `Bearer ${accessToken}`;
}
