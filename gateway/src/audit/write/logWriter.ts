import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { BatchQueue, type Batch } from './batchQueue.ts';
import { hashLine, type Tip } from '../format/chain.ts';
import { explanation, type Left } from '../format/explained.ts';
import { describeFailure, ForeignChangeError, unavailable } from './failure.ts';
import { sealLine } from '../format/line.ts';
import {
  appendAll,
  checkOpenSize,
  checkPath,
  closeSegment,
  createSegment,
  isSound,
  readFrom,
  syncSegment,
  type Segment,
} from './segment.ts';
import { settle } from './settle.ts';
import type { AuditEntry, AuditStatus } from '../types.ts';

/** Lines that wait, in characters: beyond it the disk hangs, and more would only fill the memory. */
const QUEUE_LIMIT = 16 * 1024 * 1024;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

export interface LogWriterOptions {
  readonly logPath: string;
  readonly segment: Segment;
  /** Bytes in the segment. */
  readonly size: number;
  readonly tip: Tip;
  /** Whether a newline must precede the first line. */
  readonly newlineMissing: boolean;
  readonly rotateBytes: () => number;
  readonly clock: Clock;
  /** Lines since the last checkpoint. */
  readonly unsigned: number;
  /** The signed note for a place in the chain. */
  readonly checkpoint: (tip: Tip) => string;
  readonly logger: Logger;
  /** Every durable line in order, without its newline. */
  readonly onDurable: (line: string) => void;
}

/** What keeps the writer from writing. */
interface Blocked {
  readonly since: number;
  message: string;
  rejected: number;
  /** The segment that somebody else changed, and the size it should have. */
  readonly foreign: { readonly segment: Segment; readonly size: number } | undefined;
  /** Whether the foreign change is logged. */
  noted: boolean;
  retryMs: number;
}

/**
 * The one writer: lines queue while a batch is on its way to the disk, and form the next one. Only ever appends. After
 * an error nothing is accepted until the log is sound again, and what happened is then logged.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #queue: BatchQueue;
  #segment: Segment;
  /** Bytes of the segment up to the last durable line. */
  #size: number;
  #durable: Tip;
  #prefix: string;
  #running = false;
  #scheduled = false;
  #blocked: Blocked | undefined;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #recovering: Promise<void> | undefined;
  /** After a failed fdatasync nothing that this descriptor says can be believed. */
  #trusted = true;
  /** Ends of segments that were given up and are not explained yet. */
  #left: Left[] = [];

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#queue = new BatchQueue(options);
    this.#segment = options.segment;
    this.#size = options.size;
    this.#durable = options.tip;
    this.#prefix = options.newlineMissing ? '\n' : '';
  }

  status(): AuditStatus {
    const seq = this.#durable.seq;
    if (this.#blocked !== undefined) return { ok: false, seq, error: this.#blocked.message };
    if (this.#closed) return { ok: false, seq, error: 'the audit log is closed' };
    return { ok: true, seq };
  }

  /** Resolves when all entries are durable. @throws AuditUnavailableError */
  append(entries: readonly AuditEntry[]): Promise<void> {
    const rejection = this.#rejection(entries.length);
    if (rejection !== undefined) return Promise.reject(unavailable(rejection));
    if (entries.length === 0) return Promise.resolve();
    return this.#durability(this.#queue.add(entries));
  }

  /** Signs what has been written since the last checkpoint, if anything has; while the log can't be written, nothing. */
  async checkpoint(): Promise<void> {
    if (this.#closed || this.#blocked !== undefined) return;
    const batch = this.#queue.addCheckpoint();
    if (batch !== undefined) await this.#durability(batch);
  }

  /**
   * Writes what waits and a last line, then closes the file.
   * @throws AuditUnavailableError when the last line could not be written; the file is closed all the same
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    const last = this.#blocked === undefined ? this.#durability(this.#queue.addClosing(sealLine)) : undefined;
    this.#closed = true;
    clearTimeout(this.#timer);
    try {
      await last;
      await this.#recovering;
    } finally {
      await closeSegment(this.#segment);
    }
  }

  #rejection(count: number): string | undefined {
    if (this.#blocked !== undefined) {
      this.#blocked.rejected += count;
      return this.#blocked.message;
    }
    if (this.#closed) return 'the audit log is closed';
    if (this.#queue.waiting > QUEUE_LIMIT) {
      return `the disk does not answer: too many lines are waiting for ${this.#segment.path}`;
    }
    return undefined;
  }

  #durability(batch: Batch): Promise<void> {
    const durable = new Promise<void>((resolve, reject) => batch.waiters.push({ resolve, reject }));
    this.#schedule();
    return durable;
  }

  /** Not immediately: what else this turn of the event loop brings comes into the same batch. */
  #schedule(): void {
    if (this.#running || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let batch = this.#queue.shift(); batch !== undefined; batch = this.#queue.shift()) {
      try {
        await this.#writeBatch(batch);
      } catch (error) {
        this.#block(batch, error);
        break;
      }
      this.#commit(batch);
      // What these lines set free may bring more: it comes into the same batch.
      await nextTurn();
    }
    this.#running = false;
  }

  async #writeBatch(batch: Batch): Promise<void> {
    if (batch.rotate) await this.#rotate();
    const bytes = Buffer.from(`${this.#prefix}${batch.lines.join('\n')}\n`);
    await this.#writeDurably(bytes, this.#size);
    this.#queue.written(batch, bytes.length);
    this.#prefix = '';
  }

  async #rotate(): Promise<void> {
    checkPath(this.#segment, this.#size);
    const full = this.#segment;
    this.#segment = await createSegment(this.#options.logPath, full.number + 1);
    this.#size = 0;
    await closeSegment(full);
  }

  /** `found` is the size that the segment has, torn bytes included. */
  async #writeDurably(bytes: Buffer, found: number): Promise<void> {
    checkPath(this.#segment, found);
    appendAll(this.#segment, bytes);
    try {
      await syncSegment(this.#segment);
    } catch (error) {
      this.#trusted = false;
      throw error;
    }
    checkOpenSize(this.#segment, found + bytes.length);
    this.#size = found + bytes.length;
  }

  #commit(batch: Batch): void {
    this.#durable = batch.tip;
    for (const line of batch.lines) this.#options.onDurable(line);
    for (const { resolve } of batch.waiters) resolve();
  }

  /** Rejects the batch and everything behind it, and starts looking for a way back. */
  #block(batch: Batch, error: unknown): void {
    const message = describeFailure('write the audit log', this.#segment.path, error);
    const rejected = this.#queue.takeBack(batch);
    const isForeign = error instanceof ForeignChangeError;
    this.#blocked = {
      since: this.#options.clock.now(),
      message,
      rejected: rejected.reduce((sum, { entries }) => sum + entries.length, 0),
      foreign: isForeign ? { segment: this.#segment, size: this.#size } : undefined,
      noted: false,
      retryMs: FIRST_RETRY_MS,
    };
    this.#options.logger.error(`${message}; until then every call is rejected`);
    for (const { reject } of rejected.flatMap(({ waiters }) => waiters)) reject(unavailable(message));
    this.#retryLater(this.#blocked);
  }

  #retryLater(blocked: Blocked): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#recovering = this.#tryToRecover(blocked);
    }, blocked.retryMs);
    this.#timer.unref();
    blocked.retryMs = Math.min(blocked.retryMs * 2, LAST_RETRY_MS);
  }

  async #tryToRecover(blocked: Blocked): Promise<void> {
    try {
      await (blocked.foreign === undefined ? this.#resume(blocked) : this.#noteForeign(blocked));
    } catch (error) {
      blocked.message = describeFailure('write the audit log', this.#segment.path, error);
    }
    if (this.#blocked !== undefined) this.#retryLater(blocked);
  }

  /** A foreign change is logged immediately, in a new segment; the way is free again when it is undone. */
  async #noteForeign(blocked: Blocked): Promise<void> {
    const { foreign } = blocked;
    if (foreign === undefined || isSound(foreign.segment, foreign.size)) {
      await this.#resume(blocked);
    } else if (!blocked.noted) {
      if (this.#segment === foreign.segment) await this.#giveUpSegment();
      else await this.#leaveUntrusted();
      await this.#writeExplained({ event: 'audit_blocked', detail: { error: blocked.message } });
      blocked.noted = true;
    }
  }

  async #resume(blocked: Blocked): Promise<void> {
    await this.#leaveUntrusted();
    await this.#writeExplained({ event: 'audit_resumed', detail: this.#story(blocked) });
    this.#blocked = undefined;
    this.#options.logger.info(`the audit log is written again (${this.#segment.path})`);
  }

  #story(blocked: Blocked): Record<string, unknown> {
    const blockedMs = this.#options.clock.now() - blocked.since;
    return { error: blocked.message, blocked_ms: blockedMs, refused_entries: blocked.rejected };
  }

  async #leaveUntrusted(): Promise<void> {
    if (this.#trusted) return;
    // As long as the disk does not confirm even this, a new segment would fail as well.
    await syncSegment(this.#segment);
    await this.#giveUpSegment();
  }

  /** Leaves the segment as it is, notes what follows its last durable line, and goes on in a new one. */
  async #giveUpSegment(): Promise<void> {
    const old = this.#segment;
    const bytes = await readFrom(old, this.#size);
    this.#segment = await createSegment(this.#options.logPath, old.number + 1);
    if (bytes.length > 0) {
      this.#left.push({ file: old.name, offset: this.#size, bytes: bytes.length, sha256: hashLine(bytes) });
    }
    this.#size = 0;
    this.#trusted = true;
    await closeSegment(old);
  }

  /** Writes an entry behind whatever an interrupted write left, with the explanation of that before it. */
  async #writeExplained(entry: AuditEntry): Promise<void> {
    const region = await readFrom(this.#segment, this.#size);
    const { tip, lines: landed, torn, newlineMissing } = settle(region, this.#durable);
    this.#queue.continueFrom(tip, this.#size);
    const entries = [...explanation(torn, this.#left), entry];
    const lines = entries.map((each) => this.#queue.nextLine(each));
    const text = `${newlineMissing ? '\n' : ''}${lines.join('\n')}\n`;
    await this.#writeDurably(Buffer.from(text), this.#size + region.length);
    this.#durable = this.#queue.tip;
    this.#queue.continueFrom(this.#durable, this.#size);
    this.#left = [];
    for (const line of [...landed, ...lines]) this.#options.onDurable(line);
  }
}
