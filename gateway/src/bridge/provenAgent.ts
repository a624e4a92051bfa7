import { randomBytes } from 'node:crypto';
import type { Agent, ClientRequestArgs } from 'node:http';
import { connect, type Socket } from 'node:net';
import { authority } from '../endpoint.ts';
import { challengeHeader, isProof, proofHeader } from '../gatewayProof.ts';
import { http } from './lightHttp.ts';

/** Nobody answers, or not the gateway of the registry: nothing was sent. */
export class GatewayAwayError extends Error {
  override readonly name = 'GatewayAwayError';
}

const proofPatienceMs = 5_000;
const maxHeadBytes = 16 * 1024;

/**
 * Keeps connections open, and has each prove first that it leads to the gateway of the registry: another program may have taken the
 * port while the gateway was away, and would be given the token.
 * @param key null: nothing is to be proven
 */
export function provenAgent(key: Uint8Array | null): Agent {
  const agent = new http.Agent({ keepAlive: true });
  agent.createConnection = (options: ClientRequestArgs, done) => {
    open(Number(options.port), options.hostname ?? options.host ?? '127.0.0.1', key).then(
      (socket) => done?.(null, socket),
      (error: unknown) => done?.(new GatewayAwayError((error as Error).message), undefined as never),
    );
    return undefined;
  };
  return agent;
}

async function open(port: number, host: string, key: Uint8Array | null): Promise<Socket> {
  const socket = connect({ port, host, noDelay: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    if (key !== null) await prove(socket, authority({ host, port }), key);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** One request over the connection itself: what answers it gets the token next. */
async function prove(socket: Socket, host: string, key: Uint8Array): Promise<void> {
  const challenge = randomBytes(24).toString('base64url');
  socket.write(`GET /health HTTP/1.1\r\nHost: ${host}\r\n${challengeHeader}: ${challenge}\r\n\r\n`);
  const head = await answerHead(socket);
  const given = new RegExp(`^${proofHeader}: *(\\S+)`, 'im').exec(head)?.[1];
  if (!isProof(key, host, challenge, given))
    throw new Error(`what answers at ${host} is not the gateway of this registry`);
}

/** The head of an answer, once its body has come as well. */
function answerHead(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (error?: Error): void => {
      clearTimeout(timer);
      socket.off('data', take).off('error', end).off('close', closed);
      if (error) reject(error);
      else resolve(text.slice(0, text.indexOf('\r\n\r\n')));
    };
    const closed = (): void => end(new Error('the connection was closed'));
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const body = text.indexOf('\r\n\r\n') + 4;
      const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, body))?.[1] ?? 0);
      if (body >= 4 && text.length >= body + length) end();
      else if (text.length > maxHeadBytes) end(new Error('the answer to /health is too long'));
    };
    const timer = setTimeout(() => end(new Error('no answer to /health')), proofPatienceMs);
    socket.on('data', take).on('error', end).on('close', closed);
  });
}
