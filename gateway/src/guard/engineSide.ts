import http from 'node:http';
import { negotiatedVersion } from '../upstream/container/apiVersion.ts';
import type { EngineAddress } from '../upstream/container/engineAddress.ts';

/** The guard's own way to the engine. */
export class EngineSide {
  readonly #address: EngineAddress;
  #version: Promise<string> | undefined;

  constructor(address: EngineAddress) {
    this.#address = address;
  }

  /** A request to the engine under the version of its API that the guard's checks were written for. */
  async request(
    method: string,
    path: string,
    headers: http.OutgoingHttpHeaders = {},
  ): Promise<http.ClientRequest> {
    const version = await this.version();
    return this.#request(method, `${version}${path}`, headers);
  }

  /** A small JSON answer; undefined for 404. Rejects for anything else that is not 200. */
  async json(path: string): Promise<unknown> {
    const request = await this.request('GET', path);
    return readJson(request);
  }

  /** `/v1.NN`: what both sides know, so that a body means to the engine what it means to the guard. */
  version(): Promise<string> {
    this.#version ??= readJson(this.#request('GET', '/version', {})).then((answer) =>
      negotiatedVersion((answer as { ApiVersion?: unknown } | undefined)?.ApiVersion),
    );
    this.#version.catch(() => (this.#version = undefined));
    return this.#version;
  }

  #request(method: string, path: string, headers: http.OutgoingHttpHeaders): http.ClientRequest {
    return http.request({
      ...this.#address,
      method,
      path,
      agent: false,
      headers: { ...headers, Host: 'docker' },
    });
  }
}

/** Milliseconds for what an engine answers out of its memory: a creation waits for it, and the next one behind it. */
const longestAnswer = 30_000;

function readJson(request: http.ClientRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.setTimeout(longestAnswer, () => request.destroy(new Error('the engine does not answer')));
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 404) resolve(undefined);
        else if (response.statusCode !== 200)
          reject(new Error(`the engine answered ${response.statusCode ?? 0}`));
        else resolve(JSON.parse(text));
      });
    });
    request.end();
  });
}
