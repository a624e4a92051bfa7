import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { UpstreamError } from '../../../errors.ts';
import { limits } from '../../limits.ts';
import { decoded } from './contentDecoding.ts';

export interface Body {
  readonly text: string;
  readonly bytes: number;
}

/**
 * The whole body, up to the limit of one message.
 * @throws UpstreamError `too_large`, or `unreachable` when the connection breaks
 */
export async function readText(response: IncomingMessage, serverId: string): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of decoded(response, serverId) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limits.message) throw tooLarge(serverId);
      chunks.push(chunk);
    }
  } catch (error) {
    throw broken(serverId, error);
  }
  return { text: withoutByteOrderMark(Buffer.concat(chunks, bytes).toString('utf8')), bytes };
}

/**
 * Reads a stream of server-sent events (WHATWG HTML, section 9.2) to its end, no faster than its events are taken.
 * @throws UpstreamError `too_large` when more than the limit comes between two events, comments and white space included, `unreachable` when the connection breaks
 */
export async function readEvents(
  response: IncomingMessage,
  serverId: string,
  sink: {
    /** A promise while the event is large and being read. */
    event(event: EventSourceMessage): Promise<void> | undefined;
    retry?(milliseconds: number): void;
  },
): Promise<void> {
  let sinceEvent = 0;
  let taken: Promise<void> | undefined;
  const decoder = new StringDecoder('utf8');
  const wholeLines = lineEnds();
  const parser = createParser({
    onEvent: (event) => {
      sinceEvent = 0;
      taken = sink.event(event);
    },
    onRetry: (milliseconds) => sink.retry?.(milliseconds),
  });
  let begun = false;
  try {
    for await (const chunk of decoded(response, serverId) as AsyncIterable<Buffer>) {
      sinceEvent += chunk.length;
      const text = decoder.write(chunk);
      parser.feed(wholeLines(begun ? text : withoutByteOrderMark(text)));
      begun ||= text !== '';
      if (sinceEvent > limits.message) throw tooLarge(serverId);
      if (taken !== undefined) await taken;
    }
  } catch (error) {
    throw broken(serverId, error);
  }
}

/** Events of other names, such as the pings of some servers, are no messages; the official clients skip them, too. */
export function isMessage({ event, data }: EventSourceMessage): boolean {
  return data !== '' && (event === undefined || event === 'message');
}

export function hasType(response: IncomingMessage, type: string): boolean {
  return (response.headers['content-type'] ?? '').toLowerCase().split(';', 1)[0]?.trim() === type;
}

/**
 * Completes a line end at the end of a piece of text: the parser would wait whether a line feed follows the carriage return,
 * and that may be forever.
 */
function lineEnds(): (text: string) => string {
  let completed = false;
  return (text) => {
    const rest = completed && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') completed = rest.endsWith('\r');
    return completed && rest !== '' ? `${rest}\n` : rest;
  };
}

/** Text decoders of clients drop it (WHATWG Encoding, "decode"). */
function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function tooLarge(serverId: string): UpstreamError {
  const words =
    `Server "${serverId}" answered with more than ${limits.message / 1024 / 1024} MiB, which LMCP does not pass on. ` +
    'Ask for less, a page at a time for instance.';
  return new UpstreamError('too_large', words);
}

function broken(serverId: string, error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const { code, name } = error as NodeJS.ErrnoException;
  return new UpstreamError('unreachable', `The connection to server "${serverId}" broke.`, code ?? name);
}
