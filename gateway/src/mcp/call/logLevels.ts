import type { Instance } from '../../upstream/types.ts';
import { isObject } from '../jsonrpc/message.ts';

/** Timeout of a request whose answer is not needed. */
const patienceMs = 10_000;

/** Sends the wanted log level to servers with a handshake, once per instance and level. */
export class LogLevels {
  readonly #sent = new WeakMap<Instance, string>();

  /** The message reaches the server before the call that follows. */
  ensure(instance: Instance, level: string | undefined): void {
    if (level === undefined || instance.era === 'modern' || this.#sent.get(instance) === level) return;
    const { capabilities } = instance.initializeResult;
    if (!isObject(capabilities) || !isObject(capabilities['logging'])) return;
    this.#sent.set(instance, level);
    // A server that rejects the level logs what it likes; unwanted messages don't reach the client in any case.
    instance.request('logging/setLevel', { level }, { timeoutMs: patienceMs }).catch(() => undefined);
  }
}
