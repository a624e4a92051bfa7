import type { Catalog } from './catalog.ts';
import { UpstreamError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Registry, Server } from '../registry/types.ts';
import type { Owner } from '../upstream/types.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** The gateway's own instance of a server, so that keeping its lists current disturbs no client. No client can have an empty id. */
const own: Owner = { clientId: '', sessionId: null, via: 'lists' };

export interface ListRefresherParts {
  readonly catalog: Catalog;
  readonly registry: () => Registry;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** Reads remembered lists again by the settings `lists.refresh`: one server at a time. */
export class ListRefresher {
  readonly #parts: ListRefresherParts;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: ListRefresherParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#daily(), hourMs).unref();
    const { servers, settings } = parts.registry();
    if (settings.listRefresh.includes('start'))
      this.#later([...servers.values()].filter(({ enabled }) => enabled));
  }

  /** Reads the lists of these servers again, after what is being read. @returns why each that failed did */
  async refresh(servers: readonly Server[]): Promise<ReadonlyMap<string, UpstreamError>> {
    const failed = new Map<string, UpstreamError>();
    const work = this.#running.then(async () => {
      for (const server of servers) {
        if (this.#closed) return;
        await this.#parts.catalog.refresh(server, own).catch((error: unknown) => {
          if (!(error instanceof UpstreamError)) throw error;
          failed.set(server.id, error);
        });
      }
    });
    this.#running = work.catch(() => undefined);
    await work;
    return failed;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  #daily(): void {
    const { catalog, registry, now } = this.#parts;
    const { servers, settings } = registry();
    if (!settings.listRefresh.includes('daily')) return;
    this.#later(
      [...servers.values()].filter(({ id, enabled }) => {
        if (!enabled) return false;
        const at = catalog.listedAt(id);
        return at !== null && now() - at >= dayMs;
      }),
    );
  }

  #later(servers: readonly Server[]): void {
    this.refresh(servers).then(
      (failed) => {
        for (const [id, error] of failed)
          this.#parts.logger.warn(`the lists of server "${id}" could not be read again: ${error.message}`);
      },
      (error: unknown) => this.#parts.logger.error(`lists could not be read again: ${String(error)}`),
    );
  }
}
