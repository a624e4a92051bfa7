import type { JsonText } from '../../json/jsonText.ts';

/** Server-sent events to one reader (WHATWG HTML, 9.2). */
export interface EventStream {
  readonly open: boolean;
  /** One JSON-RPC message as an event; false when the reader is gone or too slow and was dropped. */
  send(text: string, id?: string): boolean;
  /** As `send`, for what a slow reader can do without: left out while much waits for it, which harms nothing else. */
  offer(text: string, id?: string): boolean;
  /** The last event, kept for a reader however slow it is. */
  finish(text: JsonText): void;
  close(): void;
  /** Called once when the reader goes away or `close` is called. */
  onClose(listener: () => void): void;
}

export type Headers = Readonly<Record<string, string>>;

/** One HTTP request to the MCP endpoint, as far as the protocol needs to know; answered exactly once. */
export interface Exchange {
  /** The `Accept` header names text/event-stream. */
  readonly acceptsEvents: boolean;
  json(status: number, text: JsonText, headers?: Headers): void;
  empty(status: number, headers?: Headers): void;
  /** Calls back once when the client closes the connection before it has been answered. */
  onGone(listener: () => void): void;
  /** Answers 200 with a stream of events. */
  events(headers?: Headers): EventStream;
}
