import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { until } from '../gateway.ts';

/** Lets a script listen on the loopback and on `PORT`, whatever port is written in it. */
const ownPort = `data:text/javascript,${encodeURIComponent(
  `import net from 'node:net';
   const { listen } = net.Server.prototype;
   net.Server.prototype.listen = function (_port, ...rest) {
     const callback = rest.find((each) => typeof each === 'function');
     return listen.call(this, Number(process.env.PORT), '127.0.0.1', callback);
   };`,
)}`;

/** A server over HTTP as a process of its own, which a test can kill and start again at the same address. */
export class ListeningServer implements AsyncDisposable {
  readonly #command: readonly string[];
  readonly #port: number;
  #process: ChildProcess | undefined;

  constructor(port: number, ...command: readonly string[]) {
    this.#port = port;
    this.#command = command;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--import', ownPort, ...this.#command], {
      env: { ...process.env, PORT: String(this.#port) },
      stdio: 'ignore',
    });
    this.#process = child;
    await until(`port ${this.#port} is open`, () => this.#isOpen());
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #isOpen(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
      socket.unref();
    });
  }
}
