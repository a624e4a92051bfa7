import { messageOf } from '../errors.ts';
import { resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { changeNotice } from './changeNotice.ts';
import { diffRegistries, restartRequired } from './diff.ts';
import { RegistryCustodyError } from './file/custody.ts';
import { keepInHistory } from './file/history.ts';
import { warnAboutModes } from './file/modeWarnings.ts';
import { parseRegistryFile, readRegistryText } from './file/registryFile.ts';
import { TokenFileWatch } from './file/tokenFileWatch.ts';
import { watchFile, type WatchTimes } from './file/watch.ts';
import { writeRegistry } from './file/write.ts';
import type { ParseResult } from './parse.ts';
import { formatProblems } from './redact/formatProblems.ts';
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
import type { Registry, Settings } from './types.ts';
import { countOf, RegistryInvalidError, type Problem } from './yaml/problem.ts';

const defaultTimes: WatchTimes = { pollMs: 1000, settleMs: 150 };

/** The active registry, its file, and the way from one to the other. */
export class RegistryStore {
  readonly path: string;
  readonly #options: StoreOptions;
  readonly #clock: Clock;
  readonly #started: Settings;
  readonly #listeners = new Set<(event: RegistryEvent) => void>();
  readonly #hooks = new Set<ChangeHook>();
  #active: ActiveRegistry;
  #fault: RegistryFault | null = null;
  #faultyText: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #applying = false;
  #retry: NodeJS.Timeout | undefined;
  #unwatch: () => void = () => undefined;
  readonly #tokenFiles: TokenFileWatch;

  private constructor(path: string, options: StoreOptions, active: ActiveRegistry) {
    this.path = path;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#tokenFiles = new TokenFileWatch(options.watch ?? defaultTimes, () => void this.reload());
    this.#active = active;
    this.#started = active.registry.settings;
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
    const store = new RegistryStore(file, options, { ...parsed, text, revision: revisionOf(text) });
    store.#tokenFiles.set(parsed.tokenFiles);
    await warnAboutModes(file, options.logger);
    store.#logWarnings(parsed.warnings);
    if (options.watch !== false) {
      store.#unwatch = watchFile(file, options.watch ?? defaultTimes, () => void store.reload());
    }
    return store;
  }

  get current(): Registry {
    return this.#active.registry;
  }

  /** The text of the active registry. */
  get text(): string {
    return this.#active.text;
  }

  /** First 12 hexadecimal digits of the SHA-256 of {@link text}. */
  get revision(): string {
    return this.#active.revision;
  }

  get warnings(): readonly Problem[] {
    return this.#active.warnings;
  }

  /** Set while the file on disk is broken and the last valid version stays active. */
  get error(): RegistryFault | null {
    return this.#fault;
  }

  /** Keys below `lmcp` that differ from what the gateway was started with and need a restart. */
  get restartRequired(): readonly string[] {
    return restartRequired(this.#started, this.current.settings);
  }

  /** What a text would be as this registry's file; nothing comes of it. */
  check(text: string): ParseResult {
    return parseRegistryFile(this.path, text, this.#options);
  }

  /** Keys below `lmcp` that would need a restart with that registry. */
  restartRequiredBy(registry: Registry): readonly string[] {
    return restartRequired(this.#started, registry.settings);
  }

  /** Called after each change, in order; returns the unsubscribe. Listeners must not throw. */
  subscribe(listener: (event: RegistryEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Awaited before a registry becomes active, so that the change is logged first. Where a hook rejects the change does not
   * happen: `apply` rejects with its error, an edit by hand is tried again each second.
   */
  beforeChange(hook: ChangeHook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** Looks at the file now. Never rejects: what is wrong is in {@link error}. */
  reload(): Promise<void> {
    return this.#inOrder(() => this.#reload());
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
    this.#unwatch();
    this.#tokenFiles.set(new Map());
    clearTimeout(this.#retry);
    await this.#queue;
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #reload(): Promise<void> {
    clearTimeout(this.#retry);
    let text: string;
    try {
      text = await readRegistryText(this.path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      const message =
        error instanceof RegistryCustodyError
          ? error.message
          : `the registry ${this.path} can not be read (${code})`;
      this.#break(message, [], undefined);
      return;
    }
    // A token file that holds another token changes the registry as much as an edit of it.
    if (this.#tokenFiles.differ()) await this.#takeOver(text);
    else if (text === this.#active.text) this.#repair();
    else if (text !== this.#faultyText) await this.#takeOver(text);
  }

  async #takeOver(text: string): Promise<void> {
    const parsed = parseRegistryFile(this.path, text, this.#options);
    const formerFiles = this.#tokenFiles.files;
    this.#tokenFiles.set(parsed.tokenFiles);
    if (!parsed.ok) {
      const shown = formatProblems(parsed.problems, text, this.path);
      this.#options.logger.error(
        `the registry has ${countOf(parsed.problems)}; the last valid version stays active\n${shown}`,
      );
      this.#break(`the registry file has ${countOf(parsed.problems)}`, parsed.problems, text);
      return;
    }
    const next = { ...parsed, text, revision: revisionOf(text) };
    const change = this.#changeTo(next, 'file', null);
    try {
      await this.#runHooks(change);
    } catch (error) {
      this.#break(`the edited registry cannot become active: ${messageOf(error)}`, [], undefined);
      this.#tokenFiles.set(formerFiles);
      this.#retry = setTimeout(() => void this.reload(), 1000).unref();
      return;
    }
    const replaced =
      text === this.text ? Promise.resolve() : keepInHistory(this.path, this.text, this.#clock.now());
    await replaced.catch((error: unknown) => {
      this.#options.logger.warn(
        `the previous registry could not be kept in the history: ${messageOf(error)}`,
      );
    });
    this.#install(next, change);
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
    const next = { ...parsed, text: edited.text, revision: revisionOf(edited.text) };
    const change = this.#changeTo(next, 'apply', requestId);
    const unchanged = edited.text === before && before === this.text;
    const backupPath = unchanged ? null : await this.#replaceFile(before, change, edited.text);
    if (backupPath === undefined) return this.#changedElsewhere();
    if (!unchanged) this.#install(next, change);
    this.#tokenFiles.set(parsed.tokenFiles);
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
    await this.#runHooks(change);
    return (await writeRegistry(this.path, text, before)) ? backupPath : undefined;
  }

  async #changedElsewhere(): Promise<ApplyResult> {
    const revision = revisionOf(await readRegistryText(this.path).catch(() => ''));
    return { ok: false, reason: 'revision_mismatch', revision };
  }

  #changeTo(
    next: ActiveRegistry,
    source: RegistryChange['source'],
    requestId: string | null,
  ): RegistryChange {
    const { registry: previous, revision: previousRevision } = this.#active;
    return {
      registry: next.registry,
      previous,
      source,
      revision: next.revision,
      previousRevision,
      diff: diffRegistries(previous, next.registry),
      restartRequired: restartRequired(this.#started, next.registry.settings),
      warnings: next.warnings,
      requestId,
    };
  }

  async #runHooks(change: RegistryChange): Promise<void> {
    for (const hook of this.#hooks) await hook(change);
  }

  #install(next: ActiveRegistry, change: RegistryChange): void {
    this.#active = next;
    this.#fault = null;
    this.#faultyText = undefined;
    if (change.source === 'file') this.#options.logger.info(changeNotice(change));
    this.#logWarnings(change.warnings);
    this.#tell({ type: 'changed', ...change });
  }

  #break(message: string, problems: readonly Problem[], text: string | undefined): void {
    const isKnown = this.#fault?.message === message && problems.length === 0;
    this.#faultyText = text;
    if (isKnown) return;
    if (problems.length === 0) this.#options.logger.error(`${message}; the last valid version stays active`);
    this.#fault = { message, problems, since: this.#fault?.since ?? this.#clock.now() };
    this.#tell({ type: 'broken', error: this.#fault });
  }

  #repair(): void {
    if (this.#fault === null) return;
    this.#fault = null;
    this.#faultyText = undefined;
    this.#options.logger.info('the registry file is valid again');
    this.#tell({ type: 'repaired' });
  }

  #tell(event: RegistryEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #logWarnings(warnings: readonly Problem[]): void {
    for (const { line, path, message, fix } of warnings) {
      this.#options.logger.warn(`${this.path}:${line}: ${path}: ${message}; ${fix}`);
    }
  }
}

interface ActiveRegistry {
  readonly registry: Registry;
  readonly warnings: readonly Problem[];
  readonly text: string;
  readonly revision: string;
}
