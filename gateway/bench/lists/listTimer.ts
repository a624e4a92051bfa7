import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

const bufferBytes = 1024 ** 2;

/**
 * Times answers over a connection of its own. It reads into one buffer and keeps nothing: an HTTP client that keeps 1.2 MB an answer
 * collects garbage while it waits, and its pauses of some 10 ms would count as the gateway's.
 */
export class ListTimer {
  readonly #socket: Socket;
  readonly #request: string;
  /** The head of an answer as far as it has come; undefined once it is whole. */
  #head: string | undefined = '';
  #left = 0;
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, request: string) {
    this.#socket = socket;
    this.#request = request;
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the gateway closed the connection')));
  }

  /** @param headers with the credentials and the session */
  static async open(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<ListTimer> {
    const lines = Object.entries({
      ...headers,
      host: url.host,
      'content-length': `${Buffer.byteLength(body)}`,
    });
    const head = [`POST ${url.pathname} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
    const onread = {
      buffer: Buffer.alloc(bufferBytes),
      callback: (bytes: number, buffer: Uint8Array) => {
        timer.#take(buffer.subarray(0, bytes));
        return true;
      },
    };
    const socket = connect({ host: url.hostname, port: Number(url.port), onread });
    const timer: ListTimer = new ListTimer(socket, `${head.join('\r\n')}\r\n\r\n${body}`);
    await once(socket, 'connect');
    return timer;
  }

  /** Milliseconds from the request to the last byte of its answer. @throws Error for an answer without 200 and a length */
  async time(): Promise<number> {
    const began = performance.now();
    await new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(this.#request);
    });
    return performance.now() - began;
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Uint8Array): void {
    let bytes = chunk.length;
    if (this.#head !== undefined) {
      this.#head += Buffer.from(chunk).toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /^HTTP\/1\.1 200 [^]*\r\ncontent-length: (\d+)\r\n/i.exec(this.#head)?.[1];
      if (length === undefined) {
        this.#settle?.reject(new Error(`tools/list was answered with: ${this.#head.slice(0, 300)}`));
        return;
      }
      bytes = this.#head.length - end - 4;
      this.#head = undefined;
      this.#left = Number(length);
    }
    this.#left -= bytes;
    if (this.#left > 0) return;
    this.#head = '';
    this.#settle?.resolve();
  }
}
