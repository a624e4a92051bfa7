import type { Catalog } from '../catalog/catalog.ts';
import type { ListRefresher } from '../catalog/listRefresher.ts';
import type { Clock } from '../clock.ts';
import { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import { failureText } from '../upstream/secrets/failureText.ts';
import type { Instance, Owner, UpstreamPool } from '../upstream/types.ts';
import { ApiError } from './apiError.ts';
import type { ServerTestStep } from '../api/servers.ts';
import { testServer } from './serverTest.ts';

/** Management's own instance of a server, so that looking at it disturbs no client. No client can have an empty id. */
const management: Owner = { clientId: '', sessionId: null, via: 'management' };

/** A test has an instance of its own too: it shows what a fresh start does. */
const tester = (number: number): Owner => ({
  clientId: `test ${number}`,
  sessionId: null,
  via: 'management',
});

/** What the operator can do with a registered server. */
export class ServerActions {
  readonly #pool: UpstreamPool;
  readonly #catalog: Catalog;
  readonly #refresher: ListRefresher;
  readonly #clock: Clock;
  #tests = 0;

  constructor(parts: {
    readonly pool: UpstreamPool;
    readonly catalog: Catalog;
    readonly refresher: ListRefresher;
    readonly clock: Clock;
  }) {
    this.#pool = parts.pool;
    this.#catalog = parts.catalog;
    this.#refresher = parts.refresher;
    this.#clock = parts.clock;
  }

  /** @throws ApiError 502 */
  async start(server: Server): Promise<void> {
    await orReject(server, async () => {
      await this.#acquire(server, management);
      await this.#list(server, management);
    });
  }

  async stop(server: Server): Promise<void> {
    await this.#pool.stop(server.id, 'management');
  }

  /** @throws ApiError 502 */
  async restart(server: Server): Promise<void> {
    await this.stop(server);
    await this.start(server);
  }

  /** Reads what it lists again. @throws ApiError 502 */
  async refresh(server: Server): Promise<void> {
    await orReject(server, async () => {
      this.#pool.resetBackoff(server.id);
      await this.#refresher.refresh(server);
    });
  }

  /** Restarts the server, or looks at the one that all clients share, and asks what it offers. */
  async test(server: Server): Promise<readonly ServerTestStep[]> {
    const owner = tester(++this.#tests);
    try {
      const { steps } = await testServer(server, this.#clock, {
        start: () => this.#acquire(server, owner),
        tools: () => this.#list(server, owner),
      });
      return steps;
    } finally {
      this.#pool.release(owner);
    }
  }

  #acquire(server: Server, owner: Owner): Promise<Instance> {
    this.#pool.resetBackoff(server.id);
    this.#catalog.retry(server.id);
    return this.#pool.acquire(server, owner);
  }

  async #list(server: Server, owner: Owner): ReturnType<Catalog['tools']> {
    this.#catalog.invalidate(server.id);
    return this.#catalog.tools(server, owner);
  }
}

async function orReject(server: Server, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new ApiError('upstream_failed', failureText(server, error));
  }
}
