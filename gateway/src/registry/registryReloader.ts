import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { ActiveRegistry } from './activeRegistry.ts';
import { RegistryCustodyError } from './file/custody.ts';
import { keepInHistory } from './file/history.ts';
import { parseRegistryFile, readRegistryText, type TokenFiles } from './file/registryFile.ts';
import { TokenFileWatch } from './file/tokenFileWatch.ts';
import { watchFile, type WatchTimes } from './file/watch.ts';
import { formatProblems } from './redact/formatProblems.ts';
import { revisionOf } from './revision.ts';
import type { StoreOptions } from './storeTypes.ts';
import { countOf } from './yaml/problem.ts';

const defaultTimes: WatchTimes = { pollMs: 1000, settleMs: 150 };
/** After a hook rejected an edit by hand. */
const retryMs = 1000;

/** Takes over what others write to the registry's file, and to the token files that it names. */
export class RegistryReloader {
  readonly #path: string;
  readonly #active: ActiveRegistry;
  readonly #options: StoreOptions;
  readonly #clock: Clock;
  readonly #seen: () => void;
  readonly #tokenFiles: TokenFileWatch;
  #retry: NodeJS.Timeout | undefined;
  #unwatch: () => void = () => undefined;

  /** @param seen called when a file may have changed: {@link reload} is due, in its turn */
  constructor(
    path: string,
    active: ActiveRegistry,
    options: StoreOptions & { readonly clock: Clock },
    seen: () => void,
  ) {
    this.#path = path;
    this.#active = active;
    this.#options = options;
    this.#clock = options.clock;
    this.#seen = seen;
    this.#tokenFiles = new TokenFileWatch(options.watch ?? defaultTimes, seen);
  }

  /** Begins to watch the registry's file. */
  watch(): void {
    const { watch } = this.#options;
    if (watch !== false) this.#unwatch = watchFile(this.#path, watch ?? defaultTimes, this.#seen);
  }

  /** Watches these token files from now on, and no others. */
  watchTokenFiles(files: TokenFiles): void {
    this.#tokenFiles.set(files);
  }

  close(): void {
    this.#unwatch();
    this.#tokenFiles.set(new Map());
    clearTimeout(this.#retry);
  }

  /** Looks at the files now. Never rejects: what is wrong is a fault of the active registry. */
  async reload(): Promise<void> {
    clearTimeout(this.#retry);
    let text: string;
    try {
      text = await readRegistryText(this.#path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      const message =
        error instanceof RegistryCustodyError
          ? error.message
          : `the registry ${this.#path} cannot be read (${code})`;
      this.#active.break(message, [], undefined);
      return;
    }
    // A token file that holds another token changes the registry as much as an edit of it.
    if (this.#tokenFiles.differ()) await this.#takeOver(text);
    else if (text === this.#active.version.text) this.#active.repair();
    else if (!this.#active.isFaulty(text)) await this.#takeOver(text);
  }

  async #takeOver(text: string): Promise<void> {
    const parsed = parseRegistryFile(this.#path, text, this.#options);
    const formerFiles = this.#tokenFiles.files;
    this.#tokenFiles.set(parsed.tokenFiles);
    if (!parsed.ok) {
      const shown = formatProblems(parsed.problems, text, this.#path);
      this.#options.logger.error(
        `the registry has ${countOf(parsed.problems)}; the last valid version stays active\n${shown}`,
      );
      this.#active.break(`the registry file has ${countOf(parsed.problems)}`, parsed.problems, text);
      return;
    }
    const next = { ...parsed, text, revision: revisionOf(text) };
    const change = this.#active.changeTo(next, 'file', null);
    try {
      await this.#active.runHooks(change);
    } catch (error) {
      this.#active.break(`the edited registry cannot become active: ${messageOf(error)}`, [], undefined);
      this.#tokenFiles.set(formerFiles);
      this.#retry = setTimeout(this.#seen, retryMs).unref();
      return;
    }
    await this.#keepReplaced(text);
    this.#active.install(next, change);
  }

  async #keepReplaced(text: string): Promise<void> {
    const { text: replaced } = this.#active.version;
    if (text === replaced) return;
    await keepInHistory(this.#path, replaced, this.#clock.now()).catch((error: unknown) => {
      this.#options.logger.warn(
        `the previous registry could not be kept in the history: ${messageOf(error)}`,
      );
    });
  }
}
