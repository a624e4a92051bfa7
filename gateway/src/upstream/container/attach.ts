import http from 'node:http';
import type { Duplex } from 'node:stream';
import { EngineError } from './containerEngine.ts';
import type { EngineAddress } from './engineAddress.ts';

/**
 * Attaches to a container by an upgrade request with an empty body, as Docker's own client does. A body, which dockerode
 * sends, can be parted from its header on the way and then reaches the server as input.
 * @param version path prefix of the API, such as `/v1.45`
 */
export function attach(address: EngineAddress, version: string, id: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...address,
      method: 'POST',
      agent: false,
      path: `${version}/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`,
      headers: { Host: 'docker', Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': 0 },
    });
    request.on('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      socket.setTimeout(0);
      resolve(socket);
    });
    request.on('response', (response) => {
      response.destroy();
      const { statusCode = 0 } = response;
      const kind = statusCode === 404 ? 'not_found' : 'failed';
      reject(new EngineError(kind, `attaching was answered ${statusCode} instead of 101`));
    });
    request.on('error', (error) => reject(new EngineError('unreachable', error.message)));
    request.end();
  });
}
