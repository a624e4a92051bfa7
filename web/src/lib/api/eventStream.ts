import type { EventData } from 'lmcp-gateway/src/api/events.ts';
import { lineReader } from './lineReader.ts';

export type StreamState = 'connecting' | 'live' | 'offline' | 'rejected';

export interface EventStreamOptions {
  readonly token: string | null;
  /** The number after which to go on; 0 asks for everything that is still held. */
  readonly after: () => number;
  readonly onLines: (lines: readonly EventData[]) => void;
  readonly onState: (state: StreamState, message: string) => void;
}

const maxWaitMs = 10_000;
/** Keep-alives come every 15 s: silence of twice that and more means that the connection is dead. */
const silenceMs = 40_000;

/**
 * Reads `/events` and goes on after every interruption where it stopped. It uses fetch, because EventSource can't send the
 * management token as a header. Returns the function that ends it.
 */
export function readEvents(options: EventStreamOptions): () => void {
  const ending = new AbortController();
  void keepReading(options, ending.signal);
  return () => ending.abort();
}

async function keepReading(options: EventStreamOptions, ended: AbortSignal): Promise<void> {
  let waitMs = 250;
  while (!ended.aborted) {
    options.onState('connecting', '');
    const result = await readOnce(options, ended, () => (waitMs = 250));
    if (ended.aborted) return;
    options.onState(result.state, result.message);
    await pause(waitMs, ended);
    waitMs = Math.min(maxWaitMs, waitMs * 2);
  }
}

async function readOnce(
  options: EventStreamOptions,
  ended: AbortSignal,
  onOpen: () => void,
): Promise<{ state: StreamState; message: string }> {
  const silence = new AbortController();
  let alarm = setTimeout(() => silence.abort(), silenceMs);
  const headers = new Headers({ Accept: 'text/event-stream', 'Last-Event-ID': String(options.after()) });
  if (options.token !== null) headers.set('X-Lmcp-Management-Token', options.token);
  try {
    const signal = AbortSignal.any([ended, silence.signal]);
    const response = await fetch('/events', { headers, cache: 'no-store', signal });
    if (!response.ok || response.body === null) return await rejection(response);
    onOpen();
    options.onState('live', '');
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const deliver = lineReader(options.onLines);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(alarm);
      alarm = setTimeout(() => silence.abort(), silenceMs);
      deliver(value);
    }
  } catch {
    // Unreachable, cut off or silent: told below, tried again by the caller.
  } finally {
    clearTimeout(alarm);
  }
  return { state: 'offline', message: 'The gateway does not answer; trying again.' };
}

async function rejection(response: Response): Promise<{ state: StreamState; message: string }> {
  const body = (await response.json().catch(() => null)) as { message?: unknown } | null;
  const message = typeof body?.message === 'string' ? body.message : `HTTP ${String(response.status)}`;
  return { state: 'rejected', message };
}

function pause(milliseconds: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    ended.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
