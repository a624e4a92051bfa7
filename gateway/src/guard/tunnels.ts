import type { ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { rawAnswer } from './answer.ts';

const switched =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

/** Attachments to containers: bytes both ways, with half-close, for as long as both sides live, which may be days. */
export class Tunnels {
  readonly #open = new Set<Duplex>();

  /**
   * @param onward the engine's attach request, not sent yet
   * @param head what the gateway sent after its request already
   */
  connect(onward: ClientRequest, socket: Duplex, head: Buffer): void {
    onward.on('error', () => socket.destroy());
    onward.on('response', (response) => {
      response.resume();
      rawAnswer(socket, response.statusCode ?? 502, JSON.stringify({ message: 'the engine did not attach' }));
    });
    onward.on('upgrade', (_response, engine, first) => {
      this.#open.add(engine);
      engine.setTimeout(0);
      engine.on('close', () => {
        this.#open.delete(engine);
        socket.destroy();
      });
      engine.on('error', () => socket.destroy());
      socket.on('close', () => engine.destroy());
      socket.write(switched);
      if (first.length > 0) socket.write(first);
      if (head.length > 0) engine.write(head);
      socket.pipe(engine);
      engine.pipe(socket);
    });
    onward.end();
  }

  close(): void {
    for (const engine of this.#open) engine.destroy();
  }
}
