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

/** Limit of the queued lines, in characters: beyond it the disk hangs, and more lines would only fill the memory. */
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
  /** Returns the signed note for a position in the chain. */
  readonly checkpoint: (tip: Tip) => string;
  readonly logger: Logger;
  /** Called with every durable line in order, without its newline. */
  readonly onDurable: (line: string) => void;
}

/** What keeps the writer from writing. */
interface Blocked {
  readonly since: number;
  message: string;
  rejected: number;
  /** The segment that another process changed, and its expected size. */
  readonly foreign: { readonly segment: Segment; readonly size: number } | undefined;
  /** Whether the foreign change is logged. */
  noted: boolean;
  retryMs: number;
}

/**
 * The only writer: lines that arrive while a batch is being written form the next batch. Only ever appends. After an
 * error nothing is accepted until the log is valid again; the error is then logged.
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
  /** False after a failed fdatasync: later results of this descriptor are unreliable. */
  #trusted = true;
  /** Ends of abandoned segments whose explanation is not logged yet. */
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

  /** Signs the lines written since the last checkpoint, if there are any and the log is writable. */
  async checkpoint(): Promise<void> {
    if (this.#closed || this.#blocked !== undefined) return;
    const batch = this.#queue.addCheckpoint();
    if (batch !== undefined) await this.#durability(batch);
  }

  /**
   * Writes the queued lines and a last line, then closes the file.
   * @throws AuditUnavailableError if the last line could not be written; the file is closed in any case
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

  /** Deferred, so that all entries of this turn of the event loop form one batch. */
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
      // The callers that these lines resolve may append more, which joins the next batch.
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

  /** @param found the segment's size, including torn bytes */
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

  /** Rejects the batch and all queued ones, and starts the recovery. */
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

  /** Logs a foreign change immediately, in a new segment; writing resumes when the change is undone. */
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
    // While the disk does not confirm even this, a new segment would fail as well.
    await syncSegment(this.#segment);
    await this.#giveUpSegment();
  }

  /** Abandons the segment unchanged, records what follows its last durable line, and continues in a new one. */
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

  /** Writes an entry after the remains of an interrupted write, preceded by their explanation. */
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
