import type { ServerResponse } from 'node:http';
import type { ByteBudget, ByteOwner, Exhausted } from '../../byteBudget.ts';
import { jsonByteLength, type JsonText } from '../../json/jsonText.ts';
import type { HttpContext } from '../context.ts';

/** Answers up to this size are held by the kernel for a reader that does not take them; larger ones by this process. */
const countedBytes = 64 * 1024;

/** The bytes of large answers of one client that it has not read yet. */
export class UnreadAnswers {
  readonly #memory: ByteBudget;
  readonly #owner: ByteOwner;
  /** Logs that a stream was dropped. */
  readonly dropped: (exhausted: Exhausted) => void;

  constructor(memory: ByteBudget, owner: ByteOwner, dropped: (exhausted: Exhausted) => void) {
    this.#memory = memory;
    this.#owner = owner;
    this.dropped = dropped;
  }

  /**
   * Counts a text that is about to be written, until the response has given it away.
   * @returns what is used up, and then nothing is to be written
   */
  hold(text: JsonText, response: ServerResponse): Exhausted | undefined {
    const free = this.reserve(text);
    if (typeof free === 'string') return free;
    if (free !== undefined) response.once('close', free);
    return undefined;
  }

  /**
   * Counts a text until the function is called that this gives; undefined for one that is not counted. Bytes that many answers
   * have in common are counted once.
   */
  reserve(text: JsonText): (() => void) | Exhausted | undefined {
    if (typeof text === 'string' ? text.length <= countedBytes : text.bytes.length <= countedBytes)
      return undefined;
    const kept = typeof text === 'string' ? undefined : text.keep();
    if (kept !== undefined) return kept;
    const held = this.#memory.open(this.#owner);
    return held.add(jsonByteLength(text)) ?? (() => held[Symbol.dispose]());
  }
}

/** Those of one client of the gateway. */
export function unreadAnswersOf(
  { memory, rejections }: Pick<HttpContext, 'memory' | 'rejections'>,
  clientId: string,
): UnreadAnswers {
  return new UnreadAnswers(memory, { kind: 'client', id: clientId }, (budget) => {
    const entry = { event: 'http_rejected', client_id: clientId, allowed: false } as const;
    // The stream is gone already, whatever becomes of its line.
    rejections.reject({ ...entry, reason: 'overloaded', detail: { budget } }).catch(() => undefined);
  });
}
