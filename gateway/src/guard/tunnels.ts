import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { rawAnswer } from './answer.ts';
import type { ByteBudget } from './byteBudget.ts';
import { engineMessage } from './engine/engineAnswer.ts';

const switched =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';
/** Milliseconds that the engine may take to attach. */
const maxAttach = 30_000;

/** Attachments to containers: bytes both ways, with half-close, for as long as both sides live, which may be days. */
export class Tunnels {
  readonly #open = new Set<Duplex>();
  readonly #budget: ByteBudget;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /**
   * @param onward the engine's attach request, not sent yet
   * @param head what the gateway sent after its request already
   * @returns the engine's status: 101 where it attached
   */
  connect(onward: ClientRequest, socket: Duplex, head: Buffer): Promise<number> {
    return new Promise((resolve) => {
      const deny = (status: number, message: string): void => {
        rawAnswer(socket, status, JSON.stringify({ message }));
        resolve(status);
      };
      onward.setTimeout(maxAttach, () => onward.destroy(new Error('attaching took too long')));
      onward.on('error', () => deny(502, 'engine guard: the engine did not attach'));
      onward.on('response', (response) => {
        const status = response.statusCode ?? 502;
        void engineMessage(response, this.#budget).then((message) => deny(status, message));
      });
      onward.on('upgrade', (_response, engine, first) => {
        this.#join(engine, socket);
        socket.write(switched);
        if (first.length > 0) socket.write(first);
        if (head.length > 0) engine.write(head);
        socket.pipe(engine);
        engine.pipe(socket);
        resolve(101);
      });
      onward.end();
    });
  }

  close(): void {
    for (const engine of this.#open) engine.destroy();
  }

  /** The end of either is the end of both, and none is idle for too long. */
  #join(engine: Socket, socket: Duplex): void {
    this.#open.add(engine);
    engine.setTimeout(0);
    engine.on('close', () => {
      this.#open.delete(engine);
      socket.destroy();
    });
    engine.on('error', () => socket.destroy());
    socket.on('close', () => engine.destroy());
  }
}
