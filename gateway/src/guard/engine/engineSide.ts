import { once } from 'node:events';
import type http from 'node:http';
import { negotiatedVersion } from '../../upstream/container/docker/engine/apiVersion.ts';
import { engineRequest } from '../../upstream/container/docker/engine/engineRequest.ts';
import type { EngineAddress } from '../../upstream/container/docker/engine/engineAddress.ts';
import { withBytes, type ByteBudget } from '../byteBudget.ts';

/** The guard's own way to the engine. */
export class EngineSide {
  readonly #address: EngineAddress;
  readonly #budget: ByteBudget;
  #version: Promise<string> | undefined;

  constructor(address: EngineAddress, budget: ByteBudget) {
    this.#address = address;
    this.#budget = budget;
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
    return readJson(request, this.#budget);
  }

  /** Gives the status of an answer whose body does not matter. */
  async status(method: string, path: string): Promise<number> {
    const request = await this.request(method, path);
    request.setTimeout(maxAnswer, () => request.destroy(new Error('the engine does not answer')));
    const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
    request.end();
    const [response] = await answered;
    response.resume();
    return response.statusCode ?? 0;
  }

  /** `/v1.NN`: what both sides know, so that a body means to the engine what it means to the guard. */
  version(): Promise<string> {
    this.#version ??= readJson(this.#request('GET', '/version', {}), this.#budget).then((answer) =>
      negotiatedVersion((answer as { ApiVersion?: unknown } | undefined)?.ApiVersion),
    );
    this.#version.catch(() => (this.#version = undefined));
    return this.#version;
  }

  #request(method: string, path: string, headers: http.OutgoingHttpHeaders): http.ClientRequest {
    return engineRequest(this.#address, {
      method,
      path,
      headers: { ...headers, Host: 'docker' },
    });
  }
}

/** Milliseconds for what an engine answers out of its memory: a creation waits for it, and the next one behind it. */
const maxAnswer = 30_000;
/** Bytes of what it answers. */
const largestAnswer = 4 * 1024 ** 2;

async function readJson(request: http.ClientRequest, budget: ByteBudget): Promise<unknown> {
  request.setTimeout(maxAnswer, () => request.destroy(new Error('the engine does not answer')));
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  request.end();
  const [response] = await answered;
  return withBytes(response, largestAnswer, budget, (bytes) => {
    if (response.statusCode === 404) return undefined;
    if (response.statusCode !== 200) throw new Error(`the engine answered ${response.statusCode ?? 0}`);
    return JSON.parse(bytes.toString('utf8')) as unknown;
  });
}
