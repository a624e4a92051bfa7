import { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import type { Instance, Owner, UpstreamPool } from '../upstream/types.ts';
import { requestWithRetry } from '../upstream/requestWithRetry.ts';
import { offersTools, readAllTools, type Tool } from './tools.ts';

/** What one server offered when asked, or why it could not. */
export type Offer =
  | { readonly server: Server; readonly ok: true; readonly tools: readonly Tool[] }
  /** Without an error the server was slower than the list may wait; what comes later is announced. */
  | { readonly server: Server; readonly ok: false; readonly error: UpstreamError | undefined };

interface KnownList {
  readonly generation: number;
  readonly tools: Promise<readonly Tool[]>;
}

export interface CatalogOptions {
  readonly pool: UpstreamPool;
  /** How long one slow server may hold up the list of all, in milliseconds. */
  readonly patienceMs: number;
  /** A server that was too slow has answered after all: its owner's list has changed. */
  readonly onLateArrival: (owner: Owner, serverId: string) => void;
  /** With `pin_tools`: whether a tool is as it was when it was approved. */
  readonly isApproved: (serverId: string, tool: Tool) => boolean;
  /** A server has been asked what it offers. */
  readonly onListed?: (serverId: string, tools: readonly Tool[]) => void;
}

/** Which tools there are: lists kept for as long as the instance they came from lives and says nothing new. */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #lists = new WeakMap<Instance, KnownList>();
  /** Counts up with every list_changed of a server: lists read before are stale then. */
  readonly #generations = new Map<string, number>();
  /** What each server offered last, whoever asked; for status and management. */
  readonly #lastKnown = new Map<string, readonly Tool[]>();

  constructor(options: CatalogOptions) {
    this.#options = options;
  }

  /** The tools of one server; with `pin_tools` only those that are approved as they are. @throws UpstreamError */
  async tools(server: Server, owner: Owner): Promise<readonly Tool[]> {
    const tools = await this.#listed(server, owner);
    return server.pinTools ? tools.filter((tool) => this.#options.isApproved(server.id, tool)) : tools;
  }

  async #listed(server: Server, owner: Owner): Promise<readonly Tool[]> {
    const instance = await this.#options.pool.acquire(server, owner);
    const generation = this.#generations.get(server.id) ?? 0;
    const known = this.#lists.get(instance);
    if (known?.generation === generation) return known.tools;
    const list = { generation, tools: this.#read(server, instance) };
    this.#lists.set(instance, list);
    list.tools.catch(() => this.#forget(instance, list));
    return list.tools;
  }

  /**
   * The tools of several servers at once; none fails the others. A slow one is left out and announced when it comes, unless
   * the caller is patient.
   */
  async offers(
    servers: readonly Server[],
    owner: Owner,
    { patient = false }: { readonly patient?: boolean } = {},
  ): Promise<Offer[]> {
    return Promise.all(
      servers.map((server) => (patient ? this.#answer(server, owner) : this.#offer(server, owner))),
    );
  }

  /** A server said that its list changed: all that is known of it is stale. */
  invalidate(serverId: string): void {
    this.#generations.set(serverId, (this.#generations.get(serverId) ?? 0) + 1);
  }

  /** The tools that a server offered when last asked; null when it was not. */
  lastKnown(serverId: string): readonly Tool[] | null {
    return this.#lastKnown.get(serverId) ?? null;
  }

  /** A server is no longer in the registry: another may get its name. */
  forget(serverId: string): void {
    this.#lastKnown.delete(serverId);
  }

  /** How many tools a server offered when last asked; null when it was not. */
  toolCount(serverId: string): number | null {
    return this.lastKnown(serverId)?.length ?? null;
  }

  async #answer(server: Server, owner: Owner): Promise<Offer> {
    try {
      return { server, ok: true, tools: await this.tools(server, owner) };
    } catch (error) {
      return { server, ok: false, error: asUpstreamError(error) };
    }
  }

  async #offer(server: Server, owner: Owner): Promise<Offer> {
    const list = this.#answer(server, owner);
    const late = Symbol('late');
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, this.#options.patienceMs, late);
    });
    const first = await Promise.race([list, patience]);
    clearTimeout(timer);
    if (first !== late) return first;
    void list.then((offer) => {
      if (offer.ok) this.#options.onLateArrival(owner, server.id);
    });
    return { server, ok: false, error: undefined };
  }

  async #read(server: Server, instance: Instance): Promise<readonly Tool[]> {
    const tools = offersTools(instance)
      ? await readAllTools((cursor) =>
          requestWithRetry(instance, 'tools/list', cursor === undefined ? {} : { cursor }, server.timeouts),
        )
      : [];
    this.#lastKnown.set(server.id, tools);
    this.#options.onListed?.(server.id, tools);
    return tools;
  }

  #forget(instance: Instance, list: KnownList): void {
    if (this.#lists.get(instance) === list) this.#lists.delete(instance);
  }
}

function asUpstreamError(error: unknown): UpstreamError {
  return error instanceof UpstreamError
    ? error
    : new UpstreamError('protocol', 'the server could not be asked');
}
