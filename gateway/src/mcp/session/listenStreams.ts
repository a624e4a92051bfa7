import type { Kind } from '../../catalog/items.ts';
import type { EventStream } from '../jsonrpc/exchange.ts';
import type { SessionIdentity } from './session.ts';

/** The open stream of a `subscriptions/listen`. */
export interface ListenStream {
  readonly identity: Omit<SessionIdentity, 'revision' | 'capabilities'>;
  /** The list changes it subscribed to, by the request's field names. */
  readonly lists: ReadonlySet<string>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly stream: EventStream;
  /** Empty: list requests of stateless clients cannot be related to a stream. */
  readonly seen: Map<Kind, string>;
}

const maxPerClient = 100;

/** The streams that stateless clients listen on. */
export class Streams {
  readonly #open = new Set<ListenStream>();

  /** Returns a function that removes the stream again. Closes the client's oldest stream if it has too many. */
  add(one: ListenStream): () => void {
    const others = this.of(one.identity.clientId);
    if (others.length >= maxPerClient) others[0]?.stream.close();
    this.#open.add(one);
    return () => void this.#open.delete(one);
  }

  of(clientId: string): ListenStream[] {
    return [...this.#open].filter(({ identity }) => identity.clientId === clientId);
  }

  close(): void {
    for (const { stream } of [...this.#open]) stream.close();
  }
}
