import type { EventStream } from '../mcp/jsonrpc/exchange.ts';
import type { Registry } from '../registry/types.ts';

/** Whether the credential that opened a stream is still good. */
type IsGood = (registry: Registry) => boolean;

/** Streams that outlive the request that opened them: each ends with the credential that it was opened with. */
export class BoundStreams {
  readonly #registry: () => Registry;
  readonly #open = new Map<Pick<EventStream, 'close'>, IsGood>();

  constructor(registry: () => Registry) {
    this.#registry = registry;
  }

  /** A credential may have been revoked since it was checked: its stream is then closed immediately. */
  add(stream: Pick<EventStream, 'close' | 'onClose'>, isGood: IsGood): void {
    if (!isGood(this.#registry())) {
      stream.close();
      return;
    }
    this.#open.set(stream, isGood);
    stream.onClose(() => this.#open.delete(stream));
  }

  /** The registry has changed. */
  review(): void {
    const registry = this.#registry();
    for (const [stream, isGood] of [...this.#open]) if (!isGood(registry)) stream.close();
  }
}
