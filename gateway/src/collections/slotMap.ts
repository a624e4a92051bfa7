/**
 * A map for entries that come and go with every call. Its values are in slots that are used again, because a Map that many entries
 * pass through replaces its table all the time: in V8 a replaced table refers to the next one, so that one of them in the old
 * generation keeps all that follow, with what their entries refer to, until the next major collection. Keys must be small.
 */
export class SlotMap<Key extends string | number, Value extends object> {
  readonly #slots = new Map<Key, number>();
  readonly #values: (Value | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#slots.size;
  }

  has(key: Key): boolean {
    return this.#slots.has(key);
  }

  get(key: Key): Value | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#values[slot];
  }

  set(key: Key, value: Value): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#values.length;
      this.#slots.set(key, slot);
    }
    this.#values[slot] = value;
  }

  /** The removed value; undefined if there was none. */
  take(key: Key): Value | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    const value = this.#values[slot];
    this.#slots.delete(key);
    this.#values[slot] = undefined;
    this.#free.push(slot);
    return value;
  }

  /** In the order in which the keys were added. */
  keys(): Key[] {
    return [...this.#slots.keys()];
  }

  /** In the order in which their keys were added. */
  values(): Value[] {
    return this.keys().flatMap((key) => this.get(key) ?? []);
  }
}
