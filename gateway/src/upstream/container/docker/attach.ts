import type http from 'node:http';
import type { Duplex } from 'node:stream';
import { printable } from '../../../printable.ts';
import { RuntimeError } from '../runtime/runtimeError.ts';
import { failureKind } from './engine/containerEngine.ts';
import type { EngineAddress } from './engine/engineAddress.ts';
import { engineRequest } from './engine/engineRequest.ts';

/** Characters that are read of a rejection. */
const maxRejection = 4_096;

/**
 * Attaches to a container by an upgrade request with an empty body, as Docker's own client does. A body, which dockerode
 * sends, can be parted from its header on the way and then reaches the server as input.
 * @param path with the API's version, such as `/v1.45/containers/…/attach?…`
 * @throws RuntimeError with the engine's own sentence where it gives one
 */
export function attach(
  address: EngineAddress,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const request = engineRequest(address, {
      method: 'POST',
      path,
      headers: { ...headers, Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': 0 },
    });
    request.on('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      socket.setTimeout(0);
      resolve(socket);
    });
    request.on('response', (response) => void rejection(response).then(reject));
    request.on('error', (error) => reject(new RuntimeError('unreachable', error.message)));
    request.end();
  });
}

async function rejection(response: http.IncomingMessage): Promise<RuntimeError> {
  const { statusCode = 0 } = response;
  const message = await sentence(response);
  const status = `attaching was answered ${statusCode} instead of 101`;
  return new RuntimeError(failureKind(statusCode), message === undefined ? status : `${status}: ${message}`);
}

/** The engine's own, fit to print; undefined where there is none. */
async function sentence(response: http.IncomingMessage): Promise<string | undefined> {
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      text += chunk;
      if (text.length > maxRejection) return undefined;
    }
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? printable(message) : undefined;
  } catch {
    return undefined;
  }
}
