import { tokenFilesChanged, type TokenFiles } from './registryFile.ts';
import { watchFile, type WatchTimes } from './watch.ts';

/** Watches the token files that a registry names. */
export class TokenFileWatch {
  readonly #times: WatchTimes | false;
  readonly #changed: () => void;
  readonly #unwatch = new Map<string, () => void>();
  /** The token files of the last text that was read, active or not. */
  #files: TokenFiles = new Map();

  /** @param times false: the files are read, not watched */
  constructor(times: WatchTimes | false, changed: () => void) {
    this.#times = times;
    this.#changed = changed;
  }

  get files(): TokenFiles {
    return this.#files;
  }

  /** Whether a file's token has changed since it was set. */
  differ(): boolean {
    return tokenFilesChanged(this.#files);
  }

  /** Watches these files instead of the previous ones. */
  set(files: TokenFiles): void {
    this.#files = files;
    if (this.#times === false) return;
    for (const [path, unwatch] of this.#unwatch) {
      if (files.has(path)) continue;
      unwatch();
      this.#unwatch.delete(path);
    }
    for (const path of files.keys()) {
      if (!this.#unwatch.has(path)) this.#unwatch.set(path, watchFile(path, this.#times, this.#changed));
    }
  }
}
