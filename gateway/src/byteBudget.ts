import { partOf } from './places.ts';

/**
 * What held bytes are counted for. `lists`: what instances list that work for a client, or with an empty id for no single one;
 * `remembered`: what is kept of a server's lists after its instances; `strangers`: all callers without valid credentials together.
 */
export type ByteOwner =
  | { readonly kind: 'client' | 'lists' | 'remembered'; readonly id: string }
  | { readonly kind: 'management' }
  | { readonly kind: 'strangers' };

/** Which budget is used up; `whole` also where the rest of it is kept for those who hold less. */
export type Exhausted = ByteOwner['kind'] | 'whole';

/** The part of the whole that one owner may take: no client can use up what the others need. */
const shares: Readonly<Record<ByteOwner['kind'], number>> = {
  client: 1 / 4,
  lists: 1 / 8,
  remembered: 1 / 32,
  management: 1 / 4,
  strangers: 1 / 16,
};

/** Gives up some of what is held for this owner and can be made again; false where there is nothing. */
export type Reclaim = (owner: ByteOwner) => boolean;

/** Bytes held in memory for callers: one budget for the whole, one for each owner. */
export class ByteBudget {
  readonly #whole: () => number;
  /** By kind and id: neither is put together for a request. */
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
  /** Give up what they can do without. */
  readonly #reclaimers: Reclaim[] = [];
  #total = 0;

  /** @param whole the bytes of all owners together; asked each time, because the setting can change */
  constructor(whole: () => number) {
    this.#whole = whole;
  }

  /** Bytes held now, of all owners. */
  get total(): number {
    return this.#total;
  }

  /** What is held only to save work gives way to what is needed. */
  reclaimFrom(reclaim: Reclaim): void {
    this.#reclaimers.push(reclaim);
  }

  /** A part of the budget, empty at first, which is given back as a whole. */
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

/** What a part of the gateway holds for clients: where it is counted, and where it is logged that something had no room. */
export interface ClientMemory {
  readonly budget: ByteBudget;
  readonly full: (clientId: string, exhausted: Exhausted, what: string) => void;
}

/** Where bytes are taken and given back. */
interface Account {
  readonly take: (owner: ByteOwner, bytes: number) => Exhausted | undefined;
  readonly give: (owner: ByteOwner, bytes: number) => void;
}

/** The bytes of one thing that is held. */
export class HeldBytes implements Disposable {
  readonly #account: Account;
  readonly #owner: ByteOwner;
  #bytes = 0;

  constructor(account: Account, owner: ByteOwner) {
    this.#account = account;
    this.#owner = owner;
  }

  /** Takes more; what is used up when there is no room, and nothing is taken then. */
  add(bytes: number): Exhausted | undefined {
    const exhausted = this.#account.take(this.#owner, bytes);
    if (exhausted === undefined) this.#bytes += bytes;
    return exhausted;
  }

  /** What is held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Gives a part back. */
  give(bytes: number): void {
    const given = Math.min(bytes, this.#bytes);
    this.#bytes -= given;
    if (given > 0) this.#account.give(this.#owner, given);
  }

  /** The same bytes, given back by who has them now. */
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
