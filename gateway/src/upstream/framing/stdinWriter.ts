import type { Writable } from 'node:stream';
import type { HeldBytes } from '../../byteBudget.ts';
import { UpstreamError } from '../../errors.ts';
import { limits } from '../limits.ts';

const written = Promise.resolve();

/**
 * Writes to a server's stdin: messages of one turn of the event loop are combined into one write, and all writers that
 * wait for a slow reader share one promise. Unread messages are queued up to a limit, then rejected.
 */
export class StdinWriter {
  readonly #stream: Writable;
  readonly #serverId: string;
  #batch: string[] = [];
  #batched = 0;
  #drained: PromiseWithResolvers<void> | undefined;
  #failure: UpstreamError | undefined;

  readonly #held: HeldBytes | undefined;

  /** @param held counts the queued bytes while the server does not read */
  constructor(stream: Writable, serverId: string, held?: HeldBytes) {
    this.#held = held;
    this.#stream = stream;
    this.#serverId = serverId;
    stream.on('drain', () => {
      this.#held?.[Symbol.dispose]();
      this.#drained?.resolve();
      this.#drained = undefined;
    });
    stream.on('error', (error) => {
      this.fail(
        new UpstreamError('exited', `Server "${serverId}" no longer reads its input.`, error.message),
      );
    });
  }

  /** UTF-16 units not written yet. */
  get unsent(): number {
    return this.#batched + this.#stream.writableLength;
  }

  /** Resolves immediately while the server keeps up, otherwise when it has caught up. */
  write(text: string): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.unsent + text.length > limits.unsent) return Promise.reject(this.#overloaded());
    if (this.#drained && this.#held?.add(Buffer.byteLength(text)) !== undefined)
      return Promise.reject(this.#noMemory());
    if (this.#batch.push(text) === 1) queueMicrotask(() => this.#flush());
    this.#batched += text.length;
    return this.#drained?.promise ?? written;
  }

  /** Ends the stream once all accepted messages are written. */
  end(): void {
    this.#flush();
    this.#failure ??= new UpstreamError('stopped', `Server "${this.#serverId}" is being stopped.`);
    this.#stream.end();
  }

  /** Rejects all further writes. */
  fail(error: UpstreamError): void {
    this.#failure ??= error;
    this.#batch = [];
    this.#batched = 0;
    this.#held?.[Symbol.dispose]();
    this.#drained?.reject(this.#failure);
    this.#drained = undefined;
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const text = this.#batch.length === 1 ? (this.#batch[0] ?? '') : this.#batch.join('');
    this.#batch = [];
    this.#batched = 0;
    if (this.#failure || this.#stream.write(text) || this.#drained) return;
    this.#drained = Promise.withResolvers();
    // Already in the stream: if it exceeds the budget, all later messages do too.
    this.#held?.add(this.#stream.writableLength);
    // Not every writer waits for it.
    this.#drained.promise.catch(() => undefined);
  }

  #noMemory(): UpstreamError {
    return new UpstreamError(
      'overloaded',
      `Server "${this.#serverId}" does not read its input, and what waits for it has used up the memory of this client ` +
        '(lmcp.memory_mib). Try again later, or restart the server.',
    );
  }

  #overloaded(): UpstreamError {
    return new UpstreamError(
      'overloaded',
      `Server "${this.#serverId}" does not read its input: ${limits.unsent / 1024 / 1024} MiB are waiting already. ` +
        'Try again later, or restart the server.',
    );
  }
}
