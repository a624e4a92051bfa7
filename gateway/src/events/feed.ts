import type { AuditEvent } from '../audit/events.ts';
import type { Audit, AuditLine } from '../audit/types.ts';
import { visibleLine } from './visibility.ts';

const maxSubscribers = 50;
/** Places reserved for management, so that other subscribers can't lock the operator out of the live view. */
const keptForManagement = 10;
const maxReplay = 1_000;

/** Sends an event to a subscriber; returns false if it is gone. */
export interface Sink {
  emit(event: { readonly data: string; readonly event: string; readonly id: string }): boolean;
  onClose(listener: () => void): void;
  close(): void;
}

export interface Subscription {
  readonly management: boolean;
  readonly event: AuditEvent | undefined;
  /** Replays the entries after this one that are still in memory. */
  readonly afterSeq: number | undefined;
}

/** The live view of the audit log: sends every durable entry to at most 50 subscribers. */
export class EventFeed {
  readonly #audit: Audit;
  readonly #sinks = new Map<Sink, { readonly management: boolean }>();

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  /** Whether there is a place; `subscribe` must follow immediately. */
  hasPlace(management: boolean): boolean {
    const others = [...this.#sinks.values()].filter((sink) => !sink.management).length;
    return this.#sinks.size < maxSubscribers && (management || others < maxSubscribers - keptForManagement);
  }

  subscribe(sink: Sink, subscription: Subscription): void {
    const { management, event, afterSeq } = subscription;
    const send = (line: AuditLine): void => {
      if (event !== undefined && line.event !== event) return;
      sink.emit({
        data: JSON.stringify(visibleLine(line, management)),
        event: line.event,
        id: String(line.seq),
      });
    };
    if (afterSeq !== undefined) {
      for (const line of this.#audit.recent(maxReplay)) if (line.seq > afterSeq) send(line);
    }
    const unsubscribe = this.#audit.subscribe(send);
    this.#sinks.set(sink, { management });
    sink.onClose(() => {
      unsubscribe();
      this.#sinks.delete(sink);
    });
  }

  /** Ends all streams. */
  close(): void {
    for (const sink of [...this.#sinks.keys()]) sink.close();
  }
}
