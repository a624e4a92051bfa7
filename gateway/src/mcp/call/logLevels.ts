import type { Instance } from '../../upstream/types.ts';
import { isObject } from '../jsonrpc/message.ts';

/** How long a server may take for a request whose answer is not needed. */
const patienceMs = 10_000;

/** Tells servers with a handshake which log messages are wanted, once an instance and level. */
export class LogLevels {
  readonly #told = new WeakMap<Instance, string>();

  /** What is sent here reaches the server before the call that follows. */
  ensure(instance: Instance, level: string | undefined): void {
    if (level === undefined || instance.era === 'modern' || this.#told.get(instance) === level) return;
    const { capabilities } = instance.initializeResult;
    if (!isObject(capabilities) || !isObject(capabilities['logging'])) return;
    this.#told.set(instance, level);
    // A server that rejects logs as it likes; what is not wanted is kept from the client in any case.
    instance.request('logging/setLevel', { level }, { timeoutMs: patienceMs }).catch(() => undefined);
  }
}
