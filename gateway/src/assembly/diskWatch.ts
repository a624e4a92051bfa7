import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../logger.ts';

const MiB = 1024 ** 2;
const lookEveryMs = 500;
/** Not named like a segment, so that it is never sealed. */
const reserveName = '.reserve';

/** Space on the file system of the log, in bytes. */
export interface DiskRoom {
  /** Total size. */
  readonly size: number;
  readonly free: number;
  readonly usedPercent: number;
}

/** Free bytes below which the disk counts as full; on a small disk, an eighth of it. */
const maxFullBelow = 16 * MiB;
const fullBelowShare = 1 / 8;

/** Usage at which operators are warned. */
const warnFromPercent = 90;

/**
 * Watches the file system of the audit log. When it is full, notifies the listeners, which stop whatever can write to the
 * disk, and then frees a reserve that it keeps there, so that denials and the recovery can be logged.
 */
export class DiskWatch implements Disposable {
  readonly #folder: string;
  readonly #logger: Logger;
  readonly #listeners = new Set<() => void>();
  readonly #changes = new Set<(isFull: boolean) => void>();
  #room: DiskRoom = { size: 0, free: 0, usedPercent: 0 };
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(logPath: string, logger: Logger) {
    this.#folder = dirname(logPath);
    this.#logger = logger;
  }

  /** @param logPath the first segment; its folder must exist */
  static async start(logPath: string, logger: Logger): Promise<DiskWatch> {
    const watch = new DiskWatch(logPath, logger);
    await watch.#look().catch(() => undefined);
    watch.#schedule();
    return watch;
  }

  /** Used space in whole percent of what unprivileged users can fill. */
  get usedPercent(): number {
    return this.#room.usedPercent;
  }

  /** As measured last, at most a second ago. */
  get room(): DiskRoom {
    return this.#room;
  }

  get isNearlyFull(): boolean {
    return this.#room.usedPercent >= warnFromPercent;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Calls a listener when the disk becomes full, and when it no longer is. Returns a function that unsubscribes it. */
  readonly onChange = (listener: (isFull: boolean) => void): (() => void) => {
    this.#changes.add(listener);
    return () => void this.#changes.delete(listener);
  };

  /** Calls a listener each time the disk is found full. Returns a function that unsubscribes it. */
  readonly onFull = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
    this.#changes.clear();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.#look()
        .catch(() => undefined)
        .then(() => this.#schedule());
    }, lookEveryMs).unref();
  }

  async #look(): Promise<void> {
    const room = await roomOf(this.#folder);
    const { size, free } = room;
    const fullBelow = Math.min(maxFullBelow, Math.floor(size * fullBelowShare));
    const reserve = Math.floor(fullBelow / 2);
    this.#room = room;
    const wasFull = this.#isFull;
    this.#isFull = free < fullBelow;
    if (this.#isFull) {
      if (!wasFull) {
        this.#logger.warn(
          'the disk of the audit log is full: no call is forwarded, and servers that can write to it are stopped',
        );
      }
      for (const listener of [...this.#listeners]) listener();
      await rm(join(this.#folder, reserveName), { force: true });
    }
    if (this.#isFull !== wasFull) for (const notify of [...this.#changes]) notify(this.#isFull);
    if (free > 2 * (fullBelow + reserve)) await this.#keepReserve(reserve);
  }

  /** Writes real bytes, since a sparse file reserves nothing. */
  async #keepReserve(size: number): Promise<void> {
    const path = join(this.#folder, reserveName);
    const there = await stat(path).catch(() => undefined);
    if (there?.size === size) return;
    await writeFile(path, Buffer.alloc(size), { mode: 0o600 });
  }
}

async function roomOf(folder: string): Promise<DiskRoom> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  const used = blocks - bfree;
  const usable = used + bavail;
  return {
    size: usable * bsize,
    free: bavail * bsize,
    usedPercent: usable === 0 ? 0 : Math.ceil((used / usable) * 100),
  };
}
