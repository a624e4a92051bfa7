import type { ClientMemory, HeldBytes } from '../../../byteBudget.ts';
import { RpcCode } from '../../../errors.ts';
import { makeRoom } from '../../../places.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';
import type { ParkedCall } from './parkedCall.ts';

/** Maximum time for a client to return with its answers: a person may have to be asked. */
const patienceMs = 10 * 60_000;
/** Limit of all clients together. */
const maxParked = 1_000;

interface Parked {
  readonly held: HeldBytes | undefined;
  readonly call: ParkedCall;
  readonly at: number;
  readonly timer: NodeJS.Timeout;
}

/** Calls that wait for their clients to resume them; limited in time and number. */
export class ParkedCalls {
  readonly #parked = new Map<string, Parked>();
  readonly #memory: ClientMemory | undefined;

  /** @param memory counts the requests of parked calls, the client's and the server's */
  constructor(memory?: ClientMemory) {
    this.#memory = memory;
  }

  /** True for a state issued by this gateway, whether or not its call still waits. */
  isOurs(state: unknown): state is string {
    return typeof state === 'string' && state.startsWith('lmcp.');
  }

  /** Abandons the client's longest-waiting call if the client has reached its limit. @throws RpcFailure if there is no room */
  park(call: ParkedCall): void {
    const room = makeRoom({
      total: maxParked,
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
    const held = this.#hold(call);
    const timer = setTimeout(() => this.#drop(call.state), patienceMs).unref();
    this.#parked.set(call.state, { call, held, at: performance.now(), timer });
  }

  /** Frees memory by abandoning the client's longest-waiting calls. @throws RpcFailure if that is not enough */
  #hold(call: ParkedCall): HeldBytes | undefined {
    const held = this.#memory?.budget.open({ kind: 'client', id: call.clientId });
    for (;;) {
      const exhausted = held?.add(call.bytes);
      if (exhausted === undefined) return held;
      const longest = [...this.#parked].find(
        ([
          ,
          {
            call: { clientId },
          },
        ]) => clientId === call.clientId,
      );
      if (longest === undefined) {
        this.#memory?.full(call.clientId, exhausted, 'a parked call');
        call.cancel();
        throw new RpcFailure(
          RpcCode.internalError,
          'the memory for this client is used up, so its call cannot wait for answers: send less at a time, or raise lmcp.memory_mib',
          { kind: 'overloaded' },
        );
      }
      this.#drop(longest[0]);
    }
  }

  /** Removes and returns a call for the client that parked it; undefined for any other. */
  take(state: string, identity: string): ParkedCall | undefined {
    const parked = this.#parked.get(state);
    if (parked?.call.identity !== identity) return undefined;
    clearTimeout(parked.timer);
    parked.held?.[Symbol.dispose]();
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
    parked.held?.[Symbol.dispose]();
    this.#parked.delete(state);
    parked.call.cancel();
  }
}
