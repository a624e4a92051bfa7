import type { ListedDefinition, Tool } from '../catalog/tools.ts';
import { ApprovedDefinitions } from './approvedDefinitions.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { changedParts, definitionDigest, definitionOf, type Definition } from './toolDefinition.ts';
import { readToolMarks, toolMarksPaths, writeToolMarks, type Acknowledged } from './toolMarksFile.ts';
import type { ToolMark } from '../api/access.ts';

/** A tool that differs from its approved definition. */
export interface MarkedTool {
  readonly mark: ToolMark;
  /** With `changed`: the parts of its definition that differ. */
  readonly changedParts: readonly string[];
}

interface Observed {
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export interface ToolMarksOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

type MarkListener = (serverId: string, tools: ReadonlyMap<string, MarkedTool>) => void;

/**
 * Tools that appeared or changed since the operator approved them. The first list of a server counts as approved. Approvals are
 * stored in a file beside the registry.
 */
export class ToolMarks {
  readonly #path: string;
  /** The texts of the approved definitions. */
  readonly #approved: ApprovedDefinitions;
  /** Servers whose texts were stored in this run. */
  readonly #kept = new Set<string>();
  readonly #options: ToolMarksOptions;
  /** False if the file could not be read: then first lists are not trusted. */
  readonly #trusting: boolean;
  #acknowledged: Acknowledged;
  readonly #observed = new Map<string, Observed>();
  #revision = 0;
  readonly #listeners = new Set<MarkListener>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    { digests, texts }: Awaited<ReturnType<typeof toolMarksPaths>>,
    options: ToolMarksOptions,
    acknowledged: Acknowledged | null,
  ) {
    this.#path = digests;
    this.#approved = new ApprovedDefinitions(texts);
    this.#options = options;
    this.#trusting = acknowledged !== null;
    this.#acknowledged = acknowledged ?? new Map();
  }

  static async open(registryPath: string, options: ToolMarksOptions): Promise<ToolMarks> {
    const paths = await toolMarksPaths(registryPath);
    const path = paths.digests;
    try {
      return new ToolMarks(paths, options, (await readToolMarks(path)) ?? new Map());
    } catch {
      options.logger.warn(
        `${path} cannot be read, so every tool counts as new until it is acknowledged in the web interface, ` +
          'which writes the file again',
      );
      return new ToolMarks(paths, options, null);
    }
  }

  /** Increases with every change of approvals. */
  get revision(): number {
    return this.#revision;
  }

  /** Called when a server has returned its list. */
  observe(serverId: string, tools: readonly Tool[]): void {
    const definitions = new Map(tools.map((tool) => [tool.name, definitionOf(tool)]));
    const before = this.#observed.get(serverId)?.definitions;
    this.#observed.set(serverId, { definitions, at: this.#options.clock.now() });
    if (this.#trusting && !this.#acknowledged.has(serverId)) this.#trustFirst(serverId, definitions);
    this.#keepTexts(serverId, tools);
    const announced = [...this.of(serverId)].filter(([name]) => {
      const [earlier, now] = [before?.get(name), definitions.get(name)];
      return earlier === undefined || now === undefined || changedParts(earlier, now).length > 0;
    });
    if (announced.length > 0) for (const listener of this.#listeners) listener(serverId, new Map(announced));
  }

  /** Calls the listener with newly marked tools, once for each definition. Listeners must not throw. */
  subscribe(listener: MarkListener): void {
    this.#listeners.add(listener);
  }

  /** The marked tools of a server, by their own names. */
  of(serverId: string): ReadonlyMap<string, MarkedTool> {
    const looked = this.#acknowledged.get(serverId);
    const observed = this.#observed.get(serverId)?.definitions ?? new Map<string, Definition>();
    return new Map(
      [...observed].flatMap(([name, definition]): [string, MarkedTool][] => {
        const before = looked?.get(name);
        if (before === undefined) return [[name, { mark: 'new', changedParts: [] }]];
        const parts = changedParts(before, definition);
        return parts.length === 0 ? [] : [[name, { mark: 'changed', changedParts: parts }]];
      }),
    );
  }

  /** How a tool's current definition compares with the approved one. */
  compare(serverId: string, tool: Tool): ListedDefinition {
    const looked = this.#acknowledged.get(serverId)?.get(tool.name);
    if (looked === undefined) return 'new';
    return changedParts(looked, definitionOf(tool)).length === 0 ? 'approved' : 'changed';
  }

  /** Whether some definition of the tool is approved; it may have changed since. */
  isApproved(serverId: string, tool: string): boolean {
    return this.#acknowledged.get(serverId)?.has(tool) === true;
  }

  /** When the server was last asked, in milliseconds since the Unix epoch; null if it never was. */
  observedAt(serverId: string): number | null {
    return this.#observed.get(serverId)?.at ?? null;
  }

  /** Of these marked tools, those whose definition has changed since it was shown, with the current digest. */
  changedSince(
    serverId: string,
    tools: readonly string[],
    seen: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, string> {
    const observed = this.#observed.get(serverId)?.definitions;
    return new Map(
      tools.flatMap((name): [string, string][] => {
        const definition = observed?.get(name);
        const now = definition === undefined ? undefined : definitionDigest(definition);
        return now === undefined || now === seen.get(name) ? [] : [[name, now]];
      }),
    );
  }

  /** The approved definitions of these tools; omits those whose text was not stored. */
  async approvedTexts(serverId: string, names: readonly string[]): Promise<ReadonlyMap<string, Tool>> {
    const kept = names.length === 0 ? new Map<string, never>() : await this.#approved.of(serverId);
    return new Map(
      names.flatMap((name): [string, Tool][] => {
        const tool = kept.get(name)?.approved;
        return tool !== undefined && this.compare(serverId, tool) === 'approved' ? [[name, tool]] : [];
      }),
    );
  }

  /**
   * Revokes the approval of these tools: the definition approved before applies again, or they are new.
   * @returns those that were approved
   * @throws the file system's error; the marks are kept then
   */
  async revoke(serverId: string, names: readonly string[]): Promise<readonly string[]> {
    return this.#inOrder(async () => {
      const looked = new Map(this.#acknowledged.get(serverId));
      const revoked = names.filter((name) => looked.has(name));
      const kept = await this.#approved.of(serverId);
      for (const name of revoked) {
        const before = kept.get(name)?.before;
        if (before) looked.set(name, definitionOf(before));
        else looked.delete(name);
      }
      await this.#approve(new Map([...this.#acknowledged, [serverId, looked]]));
      await this.#approved.revoke(serverId, revoked);
      return revoked;
    });
  }

  /**
   * Approves these marked tools with the digests that were shown; approves none if one has changed since.
   * @param tools the server's current list: the texts are stored for later comparison
   * @returns like `changedSince`
   * @throws the file system's error; the marks are kept then
   */
  async acknowledge(
    serverId: string,
    seen: ReadonlyMap<string, string>,
    tools: readonly Tool[] = [],
  ): Promise<ReadonlyMap<string, string>> {
    return this.#inOrder(async () => {
      const changed = this.changedSince(serverId, [...seen.keys()], seen);
      if (changed.size > 0) return changed;
      const observed = this.#observed.get(serverId)?.definitions ?? new Map<string, Definition>();
      const wanted = pick(observed, [...seen.keys()]);
      const looked = new Map([...(this.#acknowledged.get(serverId) ?? []), ...wanted]);
      await this.#approve(new Map([...this.#acknowledged, [serverId, looked]]));
      const approved = tools.filter(
        (tool) => wanted.has(tool.name) && this.compare(serverId, tool) === 'approved',
      );
      await this.#approved.keep(serverId, approved);
      return changed;
    });
  }

  async #approve(next: Acknowledged): Promise<void> {
    await writeToolMarks(this.#path, next);
    this.#revision++;
    this.#acknowledged = next;
  }

  /** Once per run: stores the texts of tools approved in an earlier run, or trusted on first use. */
  #keepTexts(serverId: string, tools: readonly Tool[]): void {
    if (this.#kept.has(serverId)) return;
    this.#kept.add(serverId);
    const approved = tools.filter((tool) => this.compare(serverId, tool) === 'approved');
    this.#later(() => this.#approved.keepMissing(serverId, approved));
  }

  /** Called when a server left the registry: another one with its id starts without approvals. */
  forget(serverId: string): void {
    this.#observed.delete(serverId);
    this.#kept.delete(serverId);
    this.#later(() => this.#approved.forget(serverId));
    if (!this.#acknowledged.has(serverId)) return;
    this.#revision++;
    this.#acknowledged = new Map([...this.#acknowledged].filter(([id]) => id !== serverId));
    this.#saveLater();
  }

  /** Waits for pending writes. */
  async close(): Promise<void> {
    await this.#queue;
  }

  #trustFirst(serverId: string, definitions: ReadonlyMap<string, Definition>): void {
    this.#revision++;
    this.#acknowledged = new Map([...this.#acknowledged, [serverId, definitions]]);
    this.#saveLater();
  }

  #saveLater(): void {
    this.#later(() => writeToolMarks(this.#path, this.#acknowledged));
  }

  #later(work: () => Promise<void>): void {
    void this.#inOrder(work).catch((error: unknown) => {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.#options.logger.warn(
        `${this.#path} cannot be written (${code}): which tools are known is forgotten when LMCP stops`,
      );
    });
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

function pick<V>(from: ReadonlyMap<string, V>, names: readonly string[]): Map<string, V> {
  return new Map(
    names.flatMap((name): [string, V][] => {
      const value = from.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
