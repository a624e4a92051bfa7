import type { Clock } from '../../clock.ts';
import { hashLine, type Tip } from '../format/chain.ts';
import { CHECKPOINT_LINES } from '../checkpoint/checkpoint.ts';
import { formatLine } from '../format/line.ts';
import type { AuditEntry } from '../types.ts';
import { UnfinishedCalls } from '../format/unfinishedCalls.ts';

const BATCH_LIMIT = 1024 * 1024;

/** Lines that are written and made durable together. */
export interface Batch {
  /** It begins in a new segment. */
  readonly rotate: boolean;
  readonly lines: string[];
  readonly entries: AuditEntry[];
  readonly waiters: { readonly resolve: () => void; readonly reject: (error: Error) => void }[];
  characters: number;
  /** The end of the chain after it. */
  tip: Tip;
}

export interface BatchQueueOptions {
  readonly tip: Tip;
  /** Bytes in the current segment. */
  readonly size: number;
  readonly rotateBytes: () => number;
  readonly clock: Clock;
  /** Lines since the last checkpoint. */
  readonly unsigned: number;
  /** The signed note for a place in the chain. */
  readonly checkpoint: (tip: Tip) => string;
}

/** Turns entries into lines of the chain and lines into batches, in memory: no batch splits what came in together. */
export class BatchQueue {
  readonly #rotateBytes: () => number;
  readonly #clock: Clock;
  readonly #checkpoint: (tip: Tip) => string;
  readonly #calls = new UnfinishedCalls();
  #batches: Batch[] = [];
  #tip: Tip;
  /** What the segment will hold when everything that waits is written; characters are counted for bytes not yet known. */
  #expectedSize: number;
  #waiting = 0;
  /** The first batch completes what the last run left: it stays in the segment that was opened. */
  #mayRotate = false;
  /** The number of the last checkpoint's line. */
  #lastCheckpoint: number;
  #tsMs = NaN;
  #ts = '';

  constructor(options: BatchQueueOptions) {
    this.#tip = options.tip;
    this.#expectedSize = options.size;
    this.#rotateBytes = options.rotateBytes;
    this.#clock = options.clock;
    this.#checkpoint = options.checkpoint;
    this.#lastCheckpoint = options.tip.seq - options.unsigned;
  }

  /** Characters that are not written yet. */
  get waiting(): number {
    return this.#waiting;
  }

  add(entries: readonly AuditEntry[]): Batch {
    const batch = this.#openBatch();
    for (const entry of entries) {
      this.#push(batch, entry);
      // Behind the entry: what explains an interrupted write must come first.
      if (this.#tip.seq - this.#lastCheckpoint >= CHECKPOINT_LINES) this.#pushCheckpoint(batch);
    }
    return batch;
  }

  /** Adds a checkpoint, unless the last line is one already. */
  addCheckpoint(): Batch | undefined {
    if (this.#tip.seq === this.#lastCheckpoint) return undefined;
    const batch = this.#openBatch();
    this.#pushCheckpoint(batch);
    return batch;
  }

  /** Adds a checkpoint and the log's last line, which names the calls that are still under way. */
  addClosing(finish: (line: string) => string): Batch {
    const batch = this.#openBatch();
    this.#pushCheckpoint(batch);
    this.#push(batch, { event: 'audit_close', detail: { ...this.#calls.list() } }, finish);
    return batch;
  }

  shift(): Batch | undefined {
    return this.#batches.shift();
  }

  /** The batch is durable and took that many bytes. */
  written(batch: Batch, bytes: number): void {
    this.#waiting -= batch.characters;
    this.#expectedSize += bytes - batch.characters;
  }

  /** Drops this batch and everything after it: none of it became durable. */
  takeBack(failed: Batch): Batch[] {
    const batches = [failed, ...this.#batches.splice(0)];
    for (const entry of batches.flatMap(({ entries }) => entries).toReversed()) this.#calls.revert(entry);
    this.#waiting = 0;
    return batches;
  }

  /** The chain goes on behind `tip`, in a segment of that many bytes. Only while nothing waits. */
  continueFrom(tip: Tip, size: number): void {
    this.#tip = tip;
    this.#expectedSize = size;
    // A dropped checkpoint counts for nothing; an extra one does no harm.
    if (this.#lastCheckpoint > tip.seq) this.#lastCheckpoint = tip.seq - CHECKPOINT_LINES;
  }

  /** The next line of the chain, for entries that take no place in a batch. */
  nextLine(entry: AuditEntry): string {
    const line = formatLine(entry, this.#tip.seq + 1, this.#tip.hash, this.#timestamp());
    this.#advance(line);
    return line;
  }

  get tip(): Tip {
    return this.#tip;
  }

  #openBatch(): Batch {
    const last = this.#batches.at(-1);
    if (last !== undefined && last.characters < BATCH_LIMIT) return last;
    const rotate = this.#mayRotate && this.#expectedSize >= this.#rotateBytes();
    this.#mayRotate = true;
    const batch: Batch = { rotate, lines: [], entries: [], waiters: [], characters: 0, tip: this.#tip };
    this.#batches.push(batch);
    if (rotate) {
      this.#expectedSize = 0;
      this.#push(batch, { event: 'audit_rotate', detail: { ...this.#calls.list() } });
    }
    return batch;
  }

  #pushCheckpoint(batch: Batch): void {
    this.#push(batch, { event: 'audit_checkpoint', detail: { note: this.#checkpoint(this.#tip) } });
    this.#lastCheckpoint = this.#tip.seq;
  }

  #push(batch: Batch, entry: AuditEntry, finish?: (line: string) => string): void {
    const formatted = formatLine(entry, this.#tip.seq + 1, this.#tip.hash, this.#timestamp());
    const line = finish === undefined ? formatted : finish(formatted);
    this.#advance(line);
    this.#calls.apply(entry);
    batch.lines.push(line);
    batch.entries.push(entry);
    batch.tip = this.#tip;
    batch.characters += line.length + 1;
    this.#waiting += line.length + 1;
    this.#expectedSize += line.length + 1;
  }

  #advance(line: string): void {
    this.#tip = { seq: this.#tip.seq + 1, hash: hashLine(line) };
  }

  /** Formatted once a millisecond. */
  #timestamp(): string {
    const now = this.#clock.now();
    if (now !== this.#tsMs) {
      this.#tsMs = now;
      this.#ts = new Date(now).toISOString();
    }
    return this.#ts;
  }
}
