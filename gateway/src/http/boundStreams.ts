import type { EventStream } from '../mcp/jsonrpc/exchange.ts';
import { SlotMap } from '../collections/slotMap.ts';
import type { Registry } from '../registry/types.ts';

/** Whether the credential that opened a stream is still good. */
type IsGood = (registry: Registry) => boolean;

interface Bound {
  readonly stream: Pick<EventStream, 'close'>;
  readonly isGood: IsGood;
}

/** Streams and running answers: each ends with the credential that it was opened with. */
export class BoundStreams {
  readonly #registry: () => Registry;
  /** By number: each call has one. */
  readonly #open = new SlotMap<number, Bound>();
  #last = 0;

  constructor(registry: () => Registry) {
    this.#registry = registry;
  }

  /** A credential may have been revoked since it was checked: its stream is then closed immediately. */
  add(stream: Pick<EventStream, 'close' | 'onClose'>, isGood: IsGood): void {
    if (!isGood(this.#registry())) {
      stream.close();
      return;
    }
    const number = ++this.#last;
    this.#open.set(number, { stream, isGood });
    stream.onClose(() => this.#open.take(number));
  }

  /** The registry has changed. */
  review(): void {
    const registry = this.#registry();
    for (const { stream, isGood } of this.#open.values()) if (!isGood(registry)) stream.close();
  }
}
