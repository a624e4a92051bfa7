import { RpcCode } from '../../../errors.ts';
import { makeRoom } from '../../../places.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';
import type { ParkedCall } from './parkedCall.ts';

/** So long a client may take to come back with its answers: a person may have to be asked. */
const patienceMs = 10 * 60_000;
/** Of all clients. */
const mostParked = 1_000;

interface Parked {
  readonly call: ParkedCall;
  readonly at: number;
  readonly timer: NodeJS.Timeout;
}

/** Calls that wait for their clients to come back; bounded in time and number. */
export class ParkedCalls {
  readonly #parked = new Map<string, Parked>();

  /** True for a state that we gave out, whether or not its call still waits. */
  isOurs(state: unknown): state is string {
    return typeof state === 'string' && state.startsWith('lmcp.');
  }

  /** The client's own longest-waiting call is given up where it has its part of all. @throws RpcFailure where there is no room */
  park(call: ParkedCall): void {
    const room = makeRoom({
      total: mostParked,
      taken: this.#parked.size,
      own: [...this.#parked.values()].filter(({ call: { clientId } }) => clientId === call.clientId),
      idleSince: ({ at }) => at,
      end: ({ call: { state } }) => this.#drop(state),
    });
    if (!room) {
      call.cancel();
      throw new RpcFailure(
        RpcCode.internalError,
        'too many calls wait for answers of clients; try again later',
        { kind: 'overloaded' },
      );
    }
    const timer = setTimeout(() => this.#drop(call.state), patienceMs).unref();
    this.#parked.set(call.state, { call, at: performance.now(), timer });
  }

  /** Takes a call out, for who parked it; to anybody else there is none. */
  take(state: string, identity: string): ParkedCall | undefined {
    const parked = this.#parked.get(state);
    if (parked?.call.identity !== identity) return undefined;
    clearTimeout(parked.timer);
    this.#parked.delete(state);
    return parked.call;
  }

  close(): void {
    for (const state of [...this.#parked.keys()]) this.#drop(state);
  }

  #drop(state: string): void {
    const parked = this.#parked.get(state);
    if (parked === undefined) return;
    clearTimeout(parked.timer);
    this.#parked.delete(state);
    parked.call.cancel();
  }
}
