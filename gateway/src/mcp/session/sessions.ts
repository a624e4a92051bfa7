import type { ClientMemory } from '../../byteBudget.ts';
import type { Clock } from '../../clock.ts';
import { Session, type SessionIdentity } from './session.ts';

const idleMs = 30 * 60_000;
const reapEveryMs = 60_000;
const maxPerClient = 200;

/** All open sessions: limited per client, and reaped when idle, since most clients never close theirs. */
export class Sessions {
  readonly #clock: Clock;
  readonly #listeners: ((session: Session) => void)[] = [];
  readonly #sessions = new Map<string, Session>();
  readonly #timer: NodeJS.Timeout;

  readonly #memory: ClientMemory | undefined;

  /** @param memory counts the messages that sessions keep */
  constructor(clock: Clock, memory?: ClientMemory) {
    this.#clock = clock;
    this.#memory = memory;
    this.#timer = setInterval(() => this.reap(), reapEveryMs).unref();
  }

  /** Called for every session that ends, for any reason. A listener must not throw. */
  onEnd(listener: (session: Session) => void): void {
    this.#listeners.push(listener);
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Returns undefined if the client has reached its session limit and all its sessions are busy. */
  open(identity: SessionIdentity): Session | undefined {
    const own = this.of(identity.clientId);
    if (own.length >= maxPerClient) {
      const idle = own.filter((session) => !session.busy).sort((a, b) => a.lastSeen - b.lastSeen)[0];
      if (idle === undefined) return undefined;
      this.end(idle);
    }
    const { clientId: id } = identity;
    const session = new Session(
      identity,
      this.#clock.monotonic(),
      this.#memory?.budget.open({ kind: 'client', id }),
      (exhausted) => this.#memory?.full(id, exhausted, 'messages of a session'),
    );
    this.#sessions.set(session.id, session);
    return session;
  }

  /** Returns the session if it belongs to this caller and path; undefined otherwise. */
  find(id: string, caller: { readonly tokenKey: string; readonly only: string | null }): Session | undefined {
    const session = this.#sessions.get(id);
    if (session?.identity.tokenKey !== caller.tokenKey || session.identity.only !== caller.only)
      return undefined;
    session.lastSeen = this.#clock.monotonic();
    return session;
  }

  of(clientId: string): Session[] {
    return [...this.#sessions.values()].filter((session) => session.identity.clientId === clientId);
  }

  end(session: Session): void {
    if (!this.#sessions.delete(session.id)) return;
    session.end();
    for (const listener of this.#listeners) listener(session);
  }

  /** Ends the sessions for which `isOver` returns true: of a revoked token or a removed client. */
  endWhere(isOver: (identity: SessionIdentity) => boolean): void {
    for (const session of [...this.#sessions.values()]) if (isOver(session.identity)) this.end(session);
  }

  reap(): void {
    const oldest = this.#clock.monotonic() - idleMs;
    for (const session of [...this.#sessions.values()]) {
      if (!session.busy && session.lastSeen < oldest) this.end(session);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.endWhere(() => true);
  }
}
