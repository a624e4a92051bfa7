import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { listSegments } from '../format/segmentNames.ts';

/** How far the log's segments are append-only (`chattr +a`). */
export interface SealState {
  /** `pending`: at least one segment is not sealed. `unsupported`: the file system can't, as the sealer found. */
  readonly state: 'all' | 'pending' | 'unsupported';
  /** Since when, in milliseconds. */
  readonly since: number;
}

/** Written by the sealer (docker/seal.sh) beside the segments; one word. */
const sealerFile = '.sealer';

const lookEveryMs = 5_000;

/** Looks every few seconds whether the segments are sealed, so that a sealer that stopped is noticed. */
export class SealWatch implements Disposable {
  readonly #logPath: string;
  readonly #clock: Clock;
  #state: SealState | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @param logPath the first segment */
  private constructor(logPath: string, clock: Clock) {
    this.#logPath = logPath;
    this.#clock = clock;
  }

  /** @param isExpected whether a sealer is there, so that it is watched before it has sealed anything */
  static async start(logPath: string, clock: Clock, isExpected: boolean): Promise<SealWatch> {
    const watch = new SealWatch(logPath, clock);
    const segments = await listSegments(logPath);
    const sealed = await Promise.all(segments.map(({ path }) => isSealed(path)));
    if (!isExpected && !sealed.includes(true)) return watch;
    await watch.#look();
    watch.#timer = setInterval(() => void watch.#look().catch(() => undefined), lookEveryMs).unref();
    return watch;
  }

  /** Null where nobody seals. */
  get state(): SealState | null {
    return this.#state;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const state = await sealedState(this.#logPath);
    if (state !== this.#state?.state) this.#state = { state, since: this.#clock.now() };
  }
}

async function sealedState(logPath: string): Promise<SealState['state']> {
  for (const { path } of await listSegments(logPath)) {
    if (await isSealed(path)) continue;
    const said = await readFile(join(dirname(logPath), sealerFile), 'utf8').catch(() => '');
    return said.trim() === 'unsupported' ? 'unsupported' : 'pending';
  }
  return 'all';
}

/** An append-only file can't be opened for writing without O_APPEND (open(2), EPERM); nothing is written. */
async function isSealed(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r+')).close();
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
