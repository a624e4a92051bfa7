import type { JsonText } from '../../json/jsonText.ts';

/** Server-sent events to one reader (WHATWG HTML, 9.2). */
export interface EventStream {
  readonly open: boolean;
  /** Sends one JSON-RPC message as an event; returns false if the reader is gone, or was dropped as too slow. */
  send(text: string, id?: string): boolean;
  /** Like `send`, for optional messages: dropped while a slow reader has much queued, without consequences for other messages. */
  offer(text: string, id?: string): boolean;
  /** Sends the last event, queued for a reader however slow it is. */
  finish(text: JsonText, id?: string): void;
  /** Sends an event without a message: from its id on the stream can be taken up again, after `retryMs`. */
  prime(id: string, retryMs: number): void;
  close(): void;
  /** Called once when the reader goes away or `close` is called. */
  onClose(listener: () => void): void;
}

export type Headers = Readonly<Record<string, string>>;

/** One HTTP request to the MCP endpoint, reduced to what the protocol needs; answered exactly once. */
export interface Exchange {
  /** The `Accept` header names text/event-stream. */
  readonly acceptsEvents: boolean;
  /** Its streams are responses of their own, which a reader can lose and take up again. */
  readonly resumes?: true;
  json(status: number, text: JsonText, headers?: Headers): void;
  empty(status: number, headers?: Headers): void;
  /** Calls back once when the client closes the connection before it has been answered. */
  onGone(listener: () => void): void;
  /** Answers 200 with a stream of events. */
  events(headers?: Headers): EventStream;
}
