import { resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { ActiveRegistry, type RegistryVersion } from './activeRegistry.ts';
import { keepInHistory } from './file/history.ts';
import { warnAboutModes } from './file/modeWarnings.ts';
import { parseRegistryFile, readRegistryText } from './file/registryFile.ts';
import { writeRegistry } from './file/write.ts';
import type { ParseResult } from './parse.ts';
import { RegistryReloader } from './registryReloader.ts';
import { revisionOf } from './revision.ts';
import type {
  ApplyOptions,
  ApplyResult,
  ChangeHook,
  Edited,
  RegistryChange,
  RegistryEvent,
  RegistryFault,
  StoreOptions,
} from './storeTypes.ts';
import type { Registry } from './types.ts';
import { RegistryInvalidError, type Problem } from './yaml/problem.ts';

/** The active registry, its file, and the way from one to the other. */
export class RegistryStore {
  readonly path: string;
  readonly #options: StoreOptions;
  readonly #clock: Clock;
  readonly #active: ActiveRegistry;
  readonly #reloader: RegistryReloader;
  #queue: Promise<unknown> = Promise.resolve();
  #applying = false;

  private constructor(path: string, options: StoreOptions, active: ActiveRegistry) {
    const { clock = systemClock } = options;
    this.path = path;
    this.#options = options;
    this.#clock = clock;
    this.#active = active;
    this.#reloader = new RegistryReloader(path, active, { ...options, clock }, () => void this.reload());
  }

  /**
   * Reads the registry and begins to watch it.
   * @throws RegistryInvalidError with all problems; the system's error where the file can't be read
   */
  static async open(path: string, options: StoreOptions): Promise<RegistryStore> {
    const file = resolve(path);
    const text = await readRegistryText(file);
    const parsed = parseRegistryFile(file, text, options);
    if (!parsed.ok) throw new RegistryInvalidError(parsed.problems, text, file);
    await warnAboutModes(file, options.logger);
    const version = { ...parsed, text, revision: revisionOf(text) };
    const { logger, clock = systemClock } = options;
    const store = new RegistryStore(file, options, new ActiveRegistry(file, version, { logger, clock }));
    store.#reloader.watchTokenFiles(parsed.tokenFiles);
    store.#reloader.watch();
    return store;
  }

  get current(): Registry {
    return this.#active.version.registry;
  }

  /** The text of the active registry. */
  get text(): string {
    return this.#active.version.text;
  }

  /** First 12 hexadecimal digits of the SHA-256 of {@link text}. */
  get revision(): string {
    return this.#active.version.revision;
  }

  get warnings(): readonly Problem[] {
    return this.#active.version.warnings;
  }

  /** Set while the file on disk is broken and the last valid version stays active. */
  get error(): RegistryFault | null {
    return this.#active.fault;
  }

  /** Keys below `lmcp` that differ from what the gateway was started with and need a restart. */
  get restartRequired(): readonly string[] {
    return this.#active.restartRequiredBy(this.current);
  }

  /** What a text would be as this registry's file; nothing comes of it. */
  check(text: string): ParseResult {
    return parseRegistryFile(this.path, text, this.#options);
  }

  /** Keys below `lmcp` that would need a restart with that registry. */
  restartRequiredBy(registry: Registry): readonly string[] {
    return this.#active.restartRequiredBy(registry);
  }

  /** Called after each change, in order; returns the unsubscribe. Listeners must not throw. */
  subscribe(listener: (event: RegistryEvent) => void): () => void {
    return this.#active.subscribe(listener);
  }

  /**
   * Awaited before a registry becomes active, so that the change is logged first. Where a hook rejects the change does not
   * happen: `apply` rejects with its error, an edit by hand is tried again each second.
   */
  beforeChange(hook: ChangeHook): () => void {
    return this.#active.beforeChange(hook);
  }

  /** Looks at the file now. Never rejects: what is wrong is in {@link error}. */
  reload(): Promise<void> {
    return this.#inOrder(() => this.#reloader.reload());
  }

  /**
   * Edits the file: read, edit, validate, keep a copy, log, replace, activate; atomic among the edits of this
   * process, and the file is always whole. What another process writes meanwhile stays: the edit is rejected then, though it
   * has been logged.
   * @param edit gets the text on disk
   * @throws RegistryWriteError, or what a hook rejects with; nothing has changed then
   */
  async apply(edit: (text: string) => Edited, options: ApplyOptions = {}): Promise<ApplyResult> {
    if (this.#applying) return { ok: false, reason: 'in_progress' };
    this.#applying = true;
    try {
      return await this.#inOrder(() => this.#apply(edit, options));
    } finally {
      this.#applying = false;
    }
  }

  /** Ends the watch and waits for what is under way. */
  async close(): Promise<void> {
    this.#reloader.close();
    await this.#queue;
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #apply(edit: (text: string) => Edited, options: ApplyOptions): Promise<ApplyResult> {
    const { ifRevision, requestId = null } = options;
    const before = await readRegistryText(this.path);
    const revision = revisionOf(before);
    if (ifRevision !== undefined && ifRevision !== revision)
      return { ok: false, reason: 'revision_mismatch', revision };
    const edited = edit(before);
    if (!edited.ok) return { ok: false, reason: 'invalid', problems: edited.problems };
    const parsed = parseRegistryFile(this.path, edited.text, this.#options);
    if (!parsed.ok) return { ok: false, reason: 'invalid', problems: parsed.problems };
    const next: RegistryVersion = { ...parsed, text: edited.text, revision: revisionOf(edited.text) };
    const change = this.#active.changeTo(next, 'apply', requestId);
    const unchanged = edited.text === before && before === this.text;
    const backupPath = unchanged ? null : await this.#replaceFile(before, change, edited.text);
    if (backupPath === undefined) return this.#changedElsewhere();
    if (!unchanged) this.#active.install(next, change);
    this.#reloader.watchTokenFiles(parsed.tokenFiles);
    const { diff, warnings } = change;
    return {
      ok: true,
      revision: next.revision,
      backupPath,
      diff,
      restartRequired: change.restartRequired,
      warnings,
    };
  }

  /** The copy of what was replaced; undefined where another process has written the file meanwhile. */
  async #replaceFile(before: string, change: RegistryChange, text: string): Promise<string | undefined> {
    const backupPath = await keepInHistory(this.path, before, this.#clock.now());
    await this.#active.runHooks(change);
    return (await writeRegistry(this.path, text, before)) ? backupPath : undefined;
  }

  async #changedElsewhere(): Promise<ApplyResult> {
    const revision = revisionOf(await readRegistryText(this.path).catch(() => ''));
    return { ok: false, reason: 'revision_mismatch', revision };
  }
}
