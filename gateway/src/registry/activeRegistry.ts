import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { changeNotice } from './changeNotice.ts';
import { diffRegistries, restartRequired } from './diff.ts';
import type { ChangeHook, RegistryChange, RegistryEvent, RegistryFault } from './storeTypes.ts';
import type { Registry, Settings } from './types.ts';
import type { Problem } from './yaml/problem.ts';

/** A registry with the text that it was read from. */
export interface RegistryVersion {
  readonly registry: Registry;
  readonly warnings: readonly Problem[];
  readonly text: string;
  readonly revision: string;
}

/** The registry in use, what is wrong with its file, and who is notified of changes of either. */
export class ActiveRegistry {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #started: Settings;
  readonly #listeners = new Set<(event: RegistryEvent) => void>();
  readonly #hooks = new Set<ChangeHook>();
  #version: RegistryVersion;
  #fault: RegistryFault | null = null;
  #faultyText: string | undefined;

  constructor(path: string, version: RegistryVersion, { logger, clock }: { logger: Logger; clock: Clock }) {
    this.#path = path;
    this.#logger = logger;
    this.#clock = clock;
    this.#version = version;
    this.#started = version.registry.settings;
    this.#logWarnings(version.warnings);
  }

  get version(): RegistryVersion {
    return this.#version;
  }

  /** Set while the file on disk is broken. */
  get fault(): RegistryFault | null {
    return this.#fault;
  }

  /** Whether this text is why the file is broken. */
  isFaulty(text: string): boolean {
    return text === this.#faultyText;
  }

  /** Keys below `lmcp` of that registry that differ from what the gateway was started with and need a restart. */
  restartRequiredBy({ settings }: Registry): readonly string[] {
    return restartRequired(this.#started, settings);
  }

  subscribe(listener: (event: RegistryEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  beforeChange(hook: ChangeHook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** The step from the active registry to the next one, which is not taken yet. */
  changeTo(
    next: RegistryVersion,
    source: RegistryChange['source'],
    requestId: string | null,
  ): RegistryChange {
    const { registry: previous, revision: previousRevision } = this.#version;
    return {
      registry: next.registry,
      previous,
      source,
      revision: next.revision,
      previousRevision,
      diff: diffRegistries(previous, next.registry),
      restartRequired: this.restartRequiredBy(next.registry),
      warnings: next.warnings,
      requestId,
    };
  }

  /** @throws what a hook rejects with: the change must not happen then */
  async runHooks(change: RegistryChange): Promise<void> {
    for (const hook of this.#hooks) await hook(change);
  }

  install(next: RegistryVersion, change: RegistryChange): void {
    this.#version = next;
    this.#fault = null;
    this.#faultyText = undefined;
    if (change.source === 'file') this.#logger.info(changeNotice(change));
    this.#logWarnings(change.warnings);
    this.#tell({ type: 'changed', ...change });
  }

  /** The file can't be used: the active registry stays. */
  break(message: string, problems: readonly Problem[], text: string | undefined): void {
    const isKnown = this.#fault?.message === message && problems.length === 0;
    this.#faultyText = text;
    if (isKnown) return;
    if (problems.length === 0) this.#logger.error(`${message}; the last valid version stays active`);
    this.#fault = { message, problems, since: this.#fault?.since ?? this.#clock.now() };
    this.#tell({ type: 'broken', error: this.#fault });
  }

  /** The file is the active registry again. */
  repair(): void {
    if (this.#fault === null) return;
    this.#fault = null;
    this.#faultyText = undefined;
    this.#logger.info('the registry file is valid again');
    this.#tell({ type: 'repaired' });
  }

  #tell(event: RegistryEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #logWarnings(warnings: readonly Problem[]): void {
    for (const { line, path, message, fix } of warnings) {
      this.#logger.warn(`${this.#path}:${line}: ${path}: ${message}; ${fix}`);
    }
  }
}
