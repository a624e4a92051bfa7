import { partOf } from './places.ts';

/**
 * The owner that held bytes are counted for. `lists`: the lists of a client's instances, or with an empty id those of shared
 * ones; `remembered`: a server's lists kept after its instances; `strangers`: all callers without valid credentials together.
 */
export type ByteOwner =
  | { readonly kind: 'client' | 'lists' | 'remembered'; readonly id: string }
  | { readonly kind: 'management' }
  | { readonly kind: 'strangers' };

/** The exhausted budget; `whole` also if the remainder is reserved for owners that hold less. */
export type Exhausted = ByteOwner['kind'] | 'whole';

/** The share of the whole that one owner may take, so that no client can exhaust the memory of the others. */
const shares: Readonly<Record<ByteOwner['kind'], number>> = {
  client: 1 / 4,
  lists: 1 / 8,
  remembered: 1 / 32,
  management: 1 / 4,
  strangers: 1 / 16,
};

/** Frees some recomputable data held for this owner; false if there is none. */
export type Reclaim = (owner: ByteOwner) => boolean;

/** Bytes held in memory for callers: one budget for the whole, one for each owner. */
export class ByteBudget {
  readonly #whole: () => number;
  /** By kind, then id, so that no request concatenates the two into a key. */
  readonly #held: Readonly<Record<ByteOwner['kind'], Map<string, number>>> = {
    client: new Map(),
    lists: new Map(),
    remembered: new Map(),
    management: new Map(),
    strangers: new Map(),
  };
  readonly #account: Account = {
    take: (owner, bytes) => this.#take(owner, bytes),
    give: (owner, bytes) => this.#give(owner, bytes),
  };
  readonly #reclaimers: Reclaim[] = [];
  #total = 0;

  /** @param whole the bytes of all owners together; called each time, because the setting can change */
  constructor(whole: () => number) {
    this.#whole = whole;
  }

  /** Bytes held now, of all owners. */
  get total(): number {
    return this.#total;
  }

  /** Registers a holder of recomputable data, which is freed when memory is needed. */
  reclaimFrom(reclaim: Reclaim): void {
    this.#reclaimers.push(reclaim);
  }

  /** Opens an empty allocation of the budget, which is released as a whole. */
  open(owner: ByteOwner): HeldBytes {
    return new HeldBytes(this.#account, owner);
  }

  #take(owner: ByteOwner, bytes: number): Exhausted | undefined {
    let exhausted = this.#tryTake(owner, bytes);
    while (exhausted !== undefined && this.#reclaimers.some((reclaim) => reclaim(owner)))
      exhausted = this.#tryTake(owner, bytes);
    return exhausted;
  }

  #tryTake(owner: ByteOwner, bytes: number): Exhausted | undefined {
    const whole = this.#whole();
    const ofKind = this.#held[owner.kind];
    const id = idOf(owner);
    const held = ofKind.get(id) ?? 0;
    const share = shares[owner.kind];
    const now = { total: whole, taken: this.#total, own: held };
    if (held + bytes > whole * share) return owner.kind;
    if (held + bytes > partOf(share, now, bytes)) return 'whole';
    ofKind.set(id, held + bytes);
    this.#total += bytes;
    return undefined;
  }

  #give(owner: ByteOwner, bytes: number): void {
    const ofKind = this.#held[owner.kind];
    const id = idOf(owner);
    const left = (ofKind.get(id) ?? 0) - bytes;
    if (left > 0) ofKind.set(id, left);
    else ofKind.delete(id);
    this.#total -= bytes;
  }
}

/** Counts what a part of the gateway holds for clients, and logs what exceeded the budget. */
export interface ClientMemory {
  readonly budget: ByteBudget;
  readonly full: (clientId: string, exhausted: Exhausted, what: string) => void;
}

/** Where bytes are taken and released. */
interface Account {
  readonly take: (owner: ByteOwner, bytes: number) => Exhausted | undefined;
  readonly give: (owner: ByteOwner, bytes: number) => void;
}

/** The bytes of one allocation. */
export class HeldBytes implements Disposable {
  readonly #account: Account;
  readonly #owner: ByteOwner;
  #bytes = 0;

  constructor(account: Account, owner: ByteOwner) {
    this.#account = account;
    this.#owner = owner;
  }

  /** Takes more; returns the exhausted budget, and takes nothing, if there is no room. */
  add(bytes: number): Exhausted | undefined {
    const exhausted = this.#account.take(this.#owner, bytes);
    if (exhausted === undefined) this.#bytes += bytes;
    return exhausted;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Releases a part. */
  give(bytes: number): void {
    const given = Math.min(bytes, this.#bytes);
    this.#bytes -= given;
    if (given > 0) this.#account.give(this.#owner, given);
  }

  /** Moves the bytes to a new allocation, whose holder releases them. */
  move(): HeldBytes {
    const moved = new HeldBytes(this.#account, this.#owner);
    moved.#bytes = this.#bytes;
    this.#bytes = 0;
    return moved;
  }

  [Symbol.dispose](): void {
    const bytes = this.#bytes;
    this.#bytes = 0;
    if (bytes > 0) this.#account.give(this.#owner, bytes);
  }
}

function idOf(owner: ByteOwner): string {
  return 'id' in owner ? owner.id : '';
}
