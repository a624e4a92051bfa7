import type { Writable } from 'node:stream';
import { UpstreamError } from '../../errors.ts';
import { limits } from '../limits.ts';

const written = Promise.resolve();

/**
 * Writes to a server's stdin: what comes within one turn of the event loop goes out in one write, and everybody who
 * has to wait for a slow reader waits on one promise. What a server does not read is held up to a bound, then rejected.
 */
export class StdinWriter {
  readonly #stream: Writable;
  readonly #serverId: string;
  #batch: string[] = [];
  #batched = 0;
  #drained: PromiseWithResolvers<void> | undefined;
  #failure: UpstreamError | undefined;

  constructor(stream: Writable, serverId: string) {
    this.#stream = stream;
    this.#serverId = serverId;
    stream.on('drain', () => {
      this.#drained?.resolve();
      this.#drained = undefined;
    });
    stream.on('error', (error) => {
      this.fail(
        new UpstreamError('exited', `Server "${serverId}" no longer reads its input.`, error.message),
      );
    });
  }

  /** UTF-16 units that wait to be written. */
  get unsent(): number {
    return this.#batched + this.#stream.writableLength;
  }

  /** Resolves immediately while the server keeps up, else when it has caught up. */
  write(text: string): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.unsent + text.length > limits.unsent) return Promise.reject(this.#overloaded());
    if (this.#batch.push(text) === 1) queueMicrotask(() => this.#flush());
    this.#batched += text.length;
    return this.#drained?.promise ?? written;
  }

  /** Orderly: what was accepted is written first. */
  end(): void {
    this.#flush();
    this.#failure ??= new UpstreamError('stopped', `Server "${this.#serverId}" is being stopped.`);
    this.#stream.end();
  }

  /** Nothing can be written any more. */
  fail(error: UpstreamError): void {
    this.#failure ??= error;
    this.#batch = [];
    this.#batched = 0;
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
    // Nobody has to wait on it.
    this.#drained.promise.catch(() => undefined);
  }

  #overloaded(): UpstreamError {
    return new UpstreamError(
      'overloaded',
      `Server "${this.#serverId}" does not read its input: ${limits.unsent / 1024 / 1024} MiB are waiting already. ` +
        'Try again later, or restart the server.',
    );
  }
}
