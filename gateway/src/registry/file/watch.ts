import { watch as watchFolder } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

export interface WatchTimes {
  /** Poll interval for size and modification time, for file systems that report no changes. */
  readonly pollMs: number;
  /** How long the file must be unchanged: an editor may still be writing. */
  readonly settleMs: number;
}

/**
 * Calls back each time a file has changed and come to rest. The folder is watched, because editors replace files by
 * renaming; looking again and again is for bind mounts, network file systems and symbolic links. Calls back once at the
 * start too, for what was written just before the watch began.
 * @returns what ends the watch
 */
export function watchFile(path: string, times: WatchTimes, onChange: () => void): () => void {
  const watcher = new FileWatcher(path, times, onChange);
  return () => watcher.close();
}

class FileWatcher {
  readonly #path: string;
  readonly #times: WatchTimes;
  readonly #onChange: () => void;
  readonly #poll: NodeJS.Timeout;
  readonly #closeFolder: () => void;
  #seen: string | undefined;
  #settling: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(path: string, times: WatchTimes, onChange: () => void) {
    this.#path = path;
    this.#times = times;
    this.#onChange = onChange;
    this.#poll = setInterval(() => void this.#look(), times.pollMs).unref();
    this.#closeFolder = this.#openFolder();
    void this.#look();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    this.#closeFolder();
  }

  #openFolder(): () => void {
    try {
      const name = basename(this.#path);
      const folder = watchFolder(dirname(this.#path), { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name) void this.#look();
      });
      // A folder that can no longer be watched is still polled.
      folder.on('error', () => folder.close());
      return () => folder.close();
    } catch {
      return () => undefined;
    }
  }

  async #look(): Promise<void> {
    const signature = await signatureOf(this.#path);
    if (this.#closed || signature === this.#seen) return;
    this.#seen = signature;
    clearTimeout(this.#settling);
    // An editor that replaces the file may briefly remove it first.
    const rest = signature.includes(' ') ? this.#times.settleMs : this.#times.pollMs;
    this.#settling = setTimeout(() => void this.#settle(signature), rest).unref();
  }

  async #settle(signature: string): Promise<void> {
    const now = await signatureOf(this.#path);
    if (this.#closed) return;
    if (now === signature) this.#onChange();
    else await this.#look();
  }
}

async function signatureOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}
