import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { changeNotice } from './changeNotice.ts';
import type { RegistryDiff } from './diff.ts';
import { diffRegistries, restartRequired } from './diff.ts';
import { formatProblems } from './redact/formatProblems.ts';
import { keepInHistory } from './file/history.ts';
import type { ParseResult } from './parse.ts';
import type { Problem } from './yaml/problem.ts';
import { countOf, RegistryInvalidError } from './yaml/problem.ts';
import {
  parseRegistryFile,
  readRegistryText,
  tokenFilesChanged,
  type TokenFiles,
} from './file/registryFile.ts';
import { revisionOf } from './revision.ts';
import { secretsPath } from './secrets/secretReader.ts';
import type { Registry, Settings } from './types.ts';
import type { WatchTimes } from './file/watch.ts';
import { watchFile } from './file/watch.ts';
import { writeRegistry } from './file/write.ts';

export interface StoreOptions {
  /** For `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly insideImage?: boolean;
  readonly clock?: Clock;
  /** How live edits are looked for; false: not at all. */
  readonly watch?: WatchTimes | false;
}

/** A registry that is about to become active, or has. */
export interface RegistryChange {
  readonly registry: Registry;
  readonly previous: Registry;
  /** `file`: edited by hand; `apply`: through {@link RegistryStore.apply}. */
  readonly source: 'file' | 'apply';
  readonly revision: string;
  readonly previousRevision: string;
  readonly diff: RegistryDiff;
  /** Keys below `lmcp` whose new value needs a restart of the gateway. */
  readonly restartRequired: readonly string[];
  readonly warnings: readonly Problem[];
  /** Of the request that asked for the change; null where none did. */
  readonly requestId: string | null;
}

/** What `apply` may be told beside the edit. */
export interface ApplyOptions {
  /** The revision that the edit must be made on: another one on disk rejects it. */
  readonly ifRevision?: string | undefined;
  /** For the audit log. */
  readonly requestId?: string | null;
}

/** The file on disk cannot become active; the last valid version stays. */
export interface RegistryFault {
  /** In words for the operator; may name paths. */
  readonly message: string;
  readonly problems: readonly Problem[];
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

export type RegistryEvent =
  | ({ readonly type: 'changed' } & RegistryChange)
  | { readonly type: 'broken'; readonly error: RegistryFault }
  /** The broken file was put back to what is active. */
  | { readonly type: 'repaired' };

export type Edited =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type ApplyResult =
  | {
      readonly ok: true;
      readonly revision: string;
      /** The copy of what was replaced; null when the text did not change. */
      readonly backupPath: string | null;
      readonly diff: RegistryDiff;
      readonly restartRequired: readonly string[];
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly reason: 'invalid'; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly reason: 'revision_mismatch'; readonly revision: string }
  | { readonly ok: false; readonly reason: 'in_progress' };

type ChangeHook = (change: RegistryChange) => Promise<void>;

const defaultTimes: WatchTimes = { pollMs: 1000, settleMs: 150 };

/** The active registry, its file, and the way from one to the other. */
export class RegistryStore {
  readonly path: string;
  readonly #options: StoreOptions;
  readonly #clock: Clock;
  readonly #started: Settings;
  readonly #listeners = new Set<(event: RegistryEvent) => void>();
  readonly #hooks = new Set<ChangeHook>();
  #inForce: InForce;
  #fault: RegistryFault | null = null;
  #faultyText: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #applying = false;
  #retry: NodeJS.Timeout | undefined;
  #unwatch: () => void = () => undefined;
  /** Those of the text that was read last, in use or not. */
  #tokenFiles: TokenFiles = new Map();
  readonly #tokenWatches = new Map<string, () => void>();

  private constructor(path: string, options: StoreOptions, inForce: InForce) {
    this.path = path;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#inForce = inForce;
    this.#started = inForce.registry.settings;
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
    store.#watchTokenFiles(parsed.tokenFiles);
    await store.#warnAboutMode();
    store.#logWarnings(parsed.warnings);
    if (options.watch !== false) {
      store.#unwatch = watchFile(file, options.watch ?? defaultTimes, () => void store.reload());
    }
    return store;
  }

  get current(): Registry {
    return this.#inForce.registry;
  }

  /** The text of the active registry. */
  get text(): string {
    return this.#inForce.text;
  }

  /** First 12 hexadecimal digits of the SHA-256 of {@link text}. */
  get revision(): string {
    return this.#inForce.revision;
  }

  get warnings(): readonly Problem[] {
    return this.#inForce.warnings;
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
    this.#watchTokenFiles(new Map());
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
      this.#break(`the registry ${this.path} can not be read (${code})`, [], undefined);
      return;
    }
    // A token file that holds another token changes the registry as much as an edit of it.
    if (tokenFilesChanged(this.#tokenFiles)) await this.#takeOver(text);
    else if (text === this.#inForce.text) this.#repair();
    else if (text !== this.#faultyText) await this.#takeOver(text);
  }

  async #takeOver(text: string): Promise<void> {
    const parsed = parseRegistryFile(this.path, text, this.#options);
    const formerFiles = this.#tokenFiles;
    this.#watchTokenFiles(parsed.tokenFiles);
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
      this.#watchTokenFiles(formerFiles);
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
    this.#watchTokenFiles(parsed.tokenFiles);
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

  #watchTokenFiles(files: TokenFiles): void {
    this.#tokenFiles = files;
    const { watch } = this.#options;
    if (watch === false) return;
    for (const [path, unwatch] of this.#tokenWatches) {
      if (files.has(path)) continue;
      unwatch();
      this.#tokenWatches.delete(path);
    }
    for (const path of files.keys()) {
      if (this.#tokenWatches.has(path)) continue;
      this.#tokenWatches.set(
        path,
        watchFile(path, watch ?? defaultTimes, () => void this.reload()),
      );
    }
  }

  #changeTo(next: InForce, source: RegistryChange['source'], requestId: string | null): RegistryChange {
    const { registry: previous, revision: previousRevision } = this.#inForce;
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

  #install(next: InForce, change: RegistryChange): void {
    this.#inForce = next;
    this.#fault = null;
    this.#faultyText = undefined;
    if (change.source === 'file') this.#options.logger.info(changeNotice(change));
    this.#logWarnings(change.warnings);
    this.#tell({ type: 'changed', ...change });
  }

  #break(message: string, problems: readonly Problem[], text: string | undefined): void {
    const told = this.#fault?.message === message && problems.length === 0;
    this.#faultyText = text;
    if (told) return;
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

  /** The files may hold secrets: on POSIX nobody but their owner should get at them. */
  async #warnAboutMode(): Promise<void> {
    if (process.platform === 'win32') return;
    for (const path of [this.path, secretsPath(this.path)]) {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || (found.mode & 0o077) === 0) continue;
      const what = path === this.path ? 'the registry, which may hold tokens' : 'the secrets of servers';
      this.#options.logger.warn(`others can get at ${what}: chmod 600 ${path}`);
    }
  }
}

interface InForce {
  readonly registry: Registry;
  readonly warnings: readonly Problem[];
  readonly text: string;
  readonly revision: string;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
