import type { Catalog } from './catalog.ts';
import { listReader } from './listReaders.ts';
import { UpstreamError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Registry, Server } from '../registry/types.ts';
import type { Owner } from '../upstream/types.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
/** Poll interval while a call is in flight. */
const lookEveryMs = 1_000;
/** Maximum wait for a moment without calls. */
const maxWaitMs = hourMs;

export interface ListRefresherParts {
  readonly catalog: Pick<Catalog, 'refresh'>;
  /** See `listReadersOf`. */
  readonly readers: (server: Server, before: number) => readonly Owner[];
  readonly registry: () => Registry;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Whether a call is in flight. */
  readonly busy: () => boolean;
  readonly logger: Logger;
}

/** Rereads remembered lists according to `lists.refresh`: one server at a time, in moments without calls. */
export class ListRefresher {
  readonly #parts: ListRefresherParts;
  readonly #timer: NodeJS.Timeout;
  #closed = false;
  #running: Promise<unknown> = Promise.resolve();
  /** A scheduled refresh is running: waiting servers are not added again. */
  #isReading = false;

  constructor(parts: ListRefresherParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#daily(), hourMs).unref();
    const { servers, settings } = parts.registry();
    if (settings.listRefresh.includes('start')) this.#begin([...servers.keys()], () => Infinity);
  }

  /** Rereads the lists of a server for all their owners, after reads in progress. @throws UpstreamError */
  refresh(server: Server): Promise<void> {
    return this.#read(server, () => this.#readersOf(server, Infinity));
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  #daily(): void {
    const { registry, now } = this.#parts;
    const { servers, settings } = registry();
    if (settings.listRefresh.includes('daily')) this.#begin([...servers.keys()], () => now() - dayMs);
  }

  #begin(serverIds: readonly string[], before: () => number): void {
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#readAll(serverIds, before).finally(() => (this.#isReading = false));
  }

  async #readAll(serverIds: readonly string[], before: () => number): Promise<void> {
    for (const id of serverIds) {
      const due = (): Server | undefined => {
        const server = this.#parts.registry().servers.get(id);
        return server?.enabled === true && this.#readersOf(server, before()).length > 0 ? server : undefined;
      };
      if (due() === undefined) continue;
      await this.#quiet();
      // The registry may have changed by now.
      const server = due();
      if (server === undefined) continue;
      await this.#read(server, () => this.#readersOf(server, before())).catch((error: unknown) => {
        const why = error instanceof UpstreamError ? error.message : String(error);
        this.#parts.logger.warn(`the lists of server "${id}" could not be read again: ${why}`);
      });
    }
  }

  /** One server at a time. */
  #read(server: Server, owners: () => readonly Owner[]): Promise<void> {
    const reading = this.#running.then(async () => {
      if (!this.#closed) await this.#parts.catalog.refresh(server, owners());
    });
    this.#running = reading.catch(() => undefined);
    return reading;
  }

  /** The owners of a server's lists; the gateway itself if there are none and all lists are wanted. */
  #readersOf(server: Server, before: number): readonly Owner[] {
    const { clients } = this.#parts.registry();
    const readers = this.#parts
      .readers(server, before)
      .filter(({ clientId, via }) => via !== undefined || clients.get(clientId)?.allowServers.has(server.id));
    return readers.length === 0 && before === Infinity ? [listReader] : readers;
  }

  /** Resolves when no call is in flight, or after the maximum wait. */
  async #quiet(): Promise<void> {
    for (let waited = 0; waited < maxWaitMs && this.#parts.busy() && !this.#closed; waited += lookEveryMs)
      await new Promise<void>((resolve) => void setTimeout(resolve, lookEveryMs).unref());
  }
}
