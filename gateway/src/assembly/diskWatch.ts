import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../logger.ts';

const MiB = 1024 ** 2;
const lookEveryMs = 500;
/** Not named like a segment, so that it is never sealed. */
const reserveName = '.reserve';

/** Where the log's file system stands; in bytes. */
interface Room {
  readonly free: number;
  readonly usedPercent: number;
}

export interface DiskWatchOptions {
  readonly logger: Logger;
  /** Below so much free, the disk counts as full. */
  readonly fullBelow?: number;
  /** Given up then, so that what follows can be logged. */
  readonly reserve?: number;
}

/** From here on operators are warned. */
const warnFromPercent = 90;

/**
 * Watches the file system of the audit log. While it is full it gives up a reserve that it keeps there, so that refusals and
 * the recovery can be logged, and tells the listeners, who stop what can write to the disk.
 */
export class DiskWatch implements Disposable {
  readonly #folder: string;
  readonly #options: Required<DiskWatchOptions>;
  readonly #listeners = new Set<() => void>();
  #usedPercent = 0;
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(logPath: string, options: DiskWatchOptions) {
    this.#folder = dirname(logPath);
    this.#options = { fullBelow: 16 * MiB, reserve: 8 * MiB, ...options };
  }

  /** @param logPath the first segment; its folder is there */
  static async start(logPath: string, options: DiskWatchOptions): Promise<DiskWatch> {
    const watch = new DiskWatch(logPath, options);
    await watch.#look();
    watch.#schedule();
    return watch;
  }

  /** Whole per cent of what users without privileges can fill. */
  get usedPercent(): number {
    return this.#usedPercent;
  }

  get isNearlyFull(): boolean {
    return this.#usedPercent >= warnFromPercent;
  }

  /** Called each time the disk is found full. Gives the way to stop listening. */
  readonly onFull = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.#look()
        .catch(() => undefined)
        .then(() => this.#schedule());
    }, lookEveryMs).unref();
  }

  async #look(): Promise<void> {
    const { free, usedPercent } = await roomOf(this.#folder);
    const { logger, fullBelow, reserve } = this.#options;
    this.#usedPercent = usedPercent;
    const isFull = free < fullBelow;
    if (isFull) {
      await rm(join(this.#folder, reserveName), { force: true });
      if (!this.#isFull)
        logger.warn('the disk of the audit log is full: servers that can write to it are stopped');
      for (const listener of [...this.#listeners]) listener();
    } else if (free > 2 * (fullBelow + reserve)) {
      await this.#keepReserve(reserve);
    }
    this.#isFull = isFull;
  }

  /** Written out, since a file of holes reserves nothing. */
  async #keepReserve(size: number): Promise<void> {
    const path = join(this.#folder, reserveName);
    const there = await stat(path).catch(() => undefined);
    if (there?.size === size) return;
    await writeFile(path, Buffer.alloc(size), { mode: 0o600 });
  }
}

async function roomOf(folder: string): Promise<Room> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  const used = blocks - bfree;
  const usable = used + bavail;
  return { free: bavail * bsize, usedPercent: usable === 0 ? 0 : Math.ceil((used / usable) * 100) };
}
