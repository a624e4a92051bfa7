import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { UpstreamError } from '../../../errors.ts';
import { tooLargeMessage } from '../../messageLimit.ts';
import { decoded } from './contentDecoding.ts';
import type { HttpAnswer } from './httpAnswer.ts';

type Unread = Pick<HttpAnswer, 'headers' | 'body'>;

export interface Body {
  readonly text: string;
  readonly bytes: number;
}

/** Whose response is read, and how many bytes of one message are taken of it. */
export interface Source {
  readonly serverId: string;
  /** Asked each time: the setting can change while a stream is open. */
  readonly largestMessage: () => number;
}

/**
 * The whole body, up to the limit of one message.
 * @throws UpstreamError `too_large`, or `unreachable` when the connection breaks
 */
export async function readText(response: Unread, source: Source): Promise<Body> {
  const { serverId } = source;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of decoded(response, serverId) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > source.largestMessage()) throw tooLarge(source);
      chunks.push(chunk);
    }
  } catch (error) {
    throw broken(serverId, error);
  }
  return { text: withoutByteOrderMark(Buffer.concat(chunks, bytes).toString('utf8')), bytes };
}

/**
 * Reads a stream of server-sent events (WHATWG HTML, section 9.2) to its end, no faster than its events are taken.
 * @throws UpstreamError `too_large` when more than the limit comes between two events, comments and white space included,
 * `unreachable` when the connection breaks
 */
export async function readEvents(
  response: Unread,
  source: Source,
  sink: {
    /** A promise while the event is large and being read. */
    event(event: EventSourceMessage): Promise<void> | undefined;
    retry?(milliseconds: number): void;
  },
): Promise<void> {
  const { serverId } = source;
  let sinceEvent = 0;
  let taken: Promise<void> | undefined;
  const decoder = new StringDecoder('utf8');
  const wholeLines = lineEnds();
  const parser = createParser({
    onEvent: (event) => {
      // Its last bytes came with this chunk.
      const limit = source.largestMessage();
      if (sinceEvent > limit && Buffer.byteLength(event.data) > limit) throw tooLarge(source);
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
      if (sinceEvent > source.largestMessage()) throw tooLarge(source);
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

function tooLarge({ serverId, largestMessage }: Source): UpstreamError {
  const limit = largestMessage();
  return new UpstreamError(
    'too_large',
    `Server "${serverId}" ${tooLargeMessage(`more than ${limit}`, limit)}`,
  );
}

function broken(serverId: string, error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const { code, name } = error as NodeJS.ErrnoException;
  return new UpstreamError('unreachable', `The connection to server "${serverId}" broke.`, code ?? name);
}
