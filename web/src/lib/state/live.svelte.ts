import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { readEvents, type StreamState } from '#lib/api/eventStream.ts';
import { addEvents, emptyLog, type EventLog } from '#lib/domain/audit/eventLog.ts';

/** The event stream, read from the first page on, so that every page sees the same events. */
class Live {
  log = $state.raw<EventLog>(emptyLog);
  state = $state<StreamState>('connecting');
  message = $state('');
  /** The replay has come, or there was none: an empty log is empty and not on its way. */
  heard = $state(false);
  #waiting: AuditLine[] = [];
  #drawing = false;
  readonly #listeners = new Set<(lines: readonly AuditLine[]) => void>();

  /** Reads as this caller may see it; another token starts from nothing. Returns the function that ends it. */
  run(token: string | null): () => void {
    this.log = emptyLog;
    this.heard = false;
    this.#waiting = [];
    return readEvents({
      token,
      after: () => this.#waiting.at(-1)?.seq ?? this.log.lines[0]?.seq ?? 0,
      onLines: (lines) => this.#take(lines),
      onState: (state, message) => {
        this.state = state;
        this.message = message;
        if (state === 'live') setTimeout(() => (this.heard = true), 500);
      },
    });
  }

  /** Every new line from now on, in batches; returns the unsubscribe. */
  onLines(listener: (lines: readonly AuditLine[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(lines: readonly AuditLine[]): void {
    this.#waiting.push(...lines);
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => this.#draw(), 50);
  }

  #draw(): void {
    this.#drawing = false;
    const batch = this.#waiting;
    this.#waiting = [];
    this.log = addEvents(this.log, batch);
    this.heard = true;
    for (const listener of this.#listeners) listener(batch);
  }
}

export const live = new Live();
