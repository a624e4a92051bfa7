/** What waits, in the order of its clients: each is served one at a time, however much of one waits. */
export class FairQueue<T> {
  /** The client that is served next first. */
  readonly #waiting = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Of how many clients something waits. */
  get clients(): number {
    return this.#waiting.size;
  }

  push(clientId: string, item: T): void {
    const own = this.#waiting.get(clientId);
    if (own === undefined) this.#waiting.set(clientId, [item]);
    else own.push(item);
    this.#size++;
  }

  /** The next one, of the client that was not served for the longest; of one client the first that came. */
  shift(): T | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    const [clientId, own] = next;
    const item = own.shift();
    this.#waiting.delete(clientId);
    if (own.length > 0) this.#waiting.set(clientId, own);
    this.#size--;
    return item;
  }
}
