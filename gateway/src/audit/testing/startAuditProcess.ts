import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AuditProcessMessage } from './auditProcess.ts';

const program = fileURLToPath(new URL('./auditProcess.ts', import.meta.url));

/** A child that writes the log at `path`; killed at the end of the scope. */
export class AuditProcess {
  readonly child: ChildProcess;
  readonly #received: AuditProcessMessage[] = [];
  #wake: () => void = () => {};

  constructor(path: string, rotateMib = 64) {
    this.child = fork(program, [path, String(rotateMib)], { execArgv: [] });
    this.child.on('message', (message) => {
      this.#received.push(message as AuditProcessMessage);
      this.#wake();
    });
  }

  get received(): readonly AuditProcessMessage[] {
    return this.#received;
  }

  /** The calls that were acknowledged. */
  get durable(): string[] {
    return this.#received.flatMap((message) => ('durable' in message ? message.durable : []));
  }

  /** The message with that index, as soon as there is one. */
  async message(index: number): Promise<AuditProcessMessage> {
    for (;;) {
      const message = this.#received[index];
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async send(order: string | number): Promise<AuditProcessMessage> {
    const next = this.#received.length;
    this.child.send(order);
    return this.message(next);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
