import { connect, type Socket } from 'node:net';
import type { TestGateway } from './gateway.ts';

/** What came back over a connection, as text, until the gateway ended it or nothing came for a while. */
export function exchangeBytes(
  gateway: TestGateway,
  bytes: string | Buffer,
  quietMs = 2_000,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = '';
    let closedByGateway = false;
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(bytes));
    let quiet: NodeJS.Timeout | undefined;
    const listen = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(() => socket.destroy(), text === '' ? 10_000 : quietMs);
    };
    listen();
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      listen();
    });
    socket.on('end', () => (closedByGateway = true));
    socket.on('error', () => (closedByGateway = true));
    socket.on('close', () => {
      clearTimeout(quiet);
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      resolve({ text, statuses, closedByGateway });
    });
  });
}

export interface RawAnswer {
  readonly text: string;
  /** Of every answer in it. */
  readonly statuses: readonly number[];
  readonly closedByGateway: boolean;
}

/** An open connection, on which something may have been said. */
export function openSocket(gateway: TestGateway, said = ''): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1', () => {
      if (said !== '') socket.write(said);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
