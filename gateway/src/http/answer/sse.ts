import type { ServerResponse } from 'node:http';
import { jsonParts, type JsonText } from '../../json/jsonText.ts';
import { oneLine } from '../../json/oneLine.ts';
import type { EventStream } from '../../mcp/jsonrpc/exchange.ts';
import type { UnreadAnswers } from './unread.ts';

const keepAliveMs = 15_000;
/** A reader that lets more than this pile up is dropped. */
const maxPendingBytes = 1024 * 1024;
/** What a reader can do without is left out while more than this waits for it. */
const maxOfferedBytes = 256 * 1024;

export interface SseEvent {
  readonly data: JsonText;
  readonly event?: string;
  readonly id?: string;
}

/** Server-sent events on a Node response (WHATWG HTML, 9.2), with a comment every 15 s so that dead readers are noticed. */
export class SseStream implements EventStream {
  readonly #response: ServerResponse;
  readonly #unread: UnreadAnswers | undefined;
  /** Give back what large events hold. */
  readonly #holding = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #listeners: (() => void)[] = [];
  #open = true;

  /** @param unread counts large events until they are written */
  constructor(
    response: ServerResponse,
    headers: Readonly<Record<string, string>> = {},
    unread?: UnreadAnswers,
  ) {
    this.#response = response;
    this.#unread = unread;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    });
    response.flushHeaders();
    this.#timer = setInterval(() => this.write(':\n\n'), keepAliveMs).unref();
    response.on('close', () => this.#ended());
    response.on('error', () => this.#ended());
  }

  get open(): boolean {
    return this.#open;
  }

  send(text: JsonText, id?: string): boolean {
    return this.emit({ data: text, event: 'message', ...(id === undefined ? {} : { id }) });
  }

  offer(text: string, id?: string): boolean {
    if (this.#open && this.#response.writableLength > maxOfferedBytes) return true;
    return this.send(text, id);
  }

  finish(text: JsonText, id?: string): void {
    this.#write(eventText({ data: text, event: 'message', ...(id === undefined ? {} : { id }) }), Infinity);
    this.close();
  }

  prime(id: string, retryMs: number): void {
    this.write(`id: ${id}\nretry: ${retryMs}\ndata: \n\n`);
  }

  emit(event: SseEvent): boolean {
    return this.write(eventText(event));
  }

  write(text: JsonText): boolean {
    return this.#write(text, maxPendingBytes);
  }

  /** Disconnects a reader with more than `maxPending` unread bytes, or when the memory is used up. */
  #write(text: JsonText, maxPending: number): boolean {
    if (!this.#open) return false;
    const free = this.#unread?.reserve(text);
    if (this.#response.writableLength > maxPending || typeof free === 'string') {
      if (typeof free === 'string') this.#unread?.dropped(free);
      else free?.();
      this.#response.destroy();
      this.#ended();
      return false;
    }
    const parts = jsonParts(text);
    for (const part of parts.slice(0, -1)) this.#response.write(part);
    const last = parts.at(-1) ?? '';
    if (free === undefined) {
      this.#response.write(last);
      return true;
    }
    this.#holding.add(free);
    this.#response.write(last, () => {
      this.#holding.delete(free);
      free();
    });
    return true;
  }

  close(): void {
    if (!this.#open) return;
    this.#response.end();
    this.#ended();
  }

  onClose(listener: () => void): void {
    if (this.#open) this.#listeners.push(listener);
    else listener();
  }

  #ended(): void {
    if (!this.#open) return;
    this.#open = false;
    clearInterval(this.#timer);
    // What an orderly end still writes is given back as it is written.
    if (this.#response.destroyed) for (const free of this.#holding) free();
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

/** One line of data is one event. */
function eventText({ data, event, id }: SseEvent): JsonText {
  const head = `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: `;
  const end = '\n\n';
  if (typeof data === 'string') return `${head}${oneLine(data)}${end}`;
  const { before, after } = data;
  return { ...data, before: `${head}${oneLine(before)}`, after: `${oneLine(after)}${end}` };
}
