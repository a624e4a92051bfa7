import { randomBytes } from 'node:crypto';
import type { Agent, ClientRequestArgs } from 'node:http';
import { connect, type Socket } from 'node:net';
import { challengeHeader, isProof, proofHeader } from '../gatewayProof.ts';
import { asTlsAgent, connectByTls } from '../local/pinnedTls.ts';
import { http } from './lightHttp.ts';

/** Nobody answers, or not the gateway of the registry: nothing was sent. */
export class GatewayAwayError extends Error {
  override readonly name = 'GatewayAwayError';
}

const proofPatienceMs = 5_000;
const maxHeadBytes = 16 * 1024;

interface Place {
  readonly url: string;
  /** See {@link Connection}. */
  readonly socket: string | null;
  readonly certificate: string | null;
}

/**
 * Keeps connections open, and has each prove first that it leads to the gateway of the registry: another program may have taken the
 * port while the gateway was away, and would be given the token.
 * @param key null: nothing is to be proven
 */
export function provenAgent(place: Place, key: Uint8Array | null): Agent {
  const agent = new http.Agent({ keepAlive: true });
  if (place.url.startsWith('https:')) asTlsAgent(agent);
  agent.createConnection = (_options: ClientRequestArgs, done) => {
    open(place, key).then(
      (socket) => done?.(null, socket),
      (error: unknown) => done?.(new GatewayAwayError((error as Error).message), undefined as never),
    );
    return undefined;
  };
  return agent;
}

async function open(place: Place, key: Uint8Array | null): Promise<Socket> {
  const url = new URL(place.url);
  const socket = await connected(url, place);
  try {
    if (key !== null) await prove(socket, { host: url.host, at: place.socket ?? url.host }, key);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function connected(url: URL, { socket: path, certificate }: Place): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const byTls = url.protocol === 'https:';
  const port = Number(url.port || (byTls ? 443 : 80));
  if (path === null && byTls) return connectByTls({ host, port, certificate: certificate ?? undefined });
  const socket = path === null ? connect({ port, host, noDelay: true }) : connect({ path });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  return socket;
}

/** One request over the connection itself: what answers it gets the token next. */
async function prove(
  socket: Socket,
  { host, at }: { readonly host: string; readonly at: string },
  key: Uint8Array,
): Promise<void> {
  const challenge = randomBytes(24).toString('base64url');
  socket.write(`GET /health HTTP/1.1\r\nHost: ${host}\r\n${challengeHeader}: ${challenge}\r\n\r\n`);
  const head = await answerHead(socket);
  const given = new RegExp(`^${proofHeader}: *(\\S+)`, 'im').exec(head)?.[1];
  if (!isProof(key, host, challenge, given))
    throw new Error(`what answers at ${at} is not the gateway of this registry`);
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
