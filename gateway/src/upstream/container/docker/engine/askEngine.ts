import { json } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import type { EngineAddress } from './engineAddress.ts';
import { engineRequest } from './engineRequest.ts';

/** An answer of the engine that is no success, in the form of dockerode's errors. */
class EngineAnswerError extends Error {
  readonly statusCode: number;
  /** Its body, where that is JSON: `message` says why (Engine API, ErrorResponse). */
  readonly json: unknown;

  constructor(statusCode: number, body: unknown) {
    super(`the container engine answered with status ${statusCode}`);
    this.statusCode = statusCode;
    this.json = body;
  }
}

/**
 * A GET of the engine's API without dockerode, which a gateway without servers in containers need not load.
 * @param timeout milliseconds without a byte of the answer
 * @returns the body, from JSON
 * @throws EngineAnswerError, or Node's error where the engine does not answer
 */
export async function askEngine(
  address: EngineAddress,
  path: string,
  { headers, timeout }: { readonly headers: Readonly<Record<string, string>>; readonly timeout: number },
): Promise<unknown> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = engineRequest(address, { method: 'GET', path, headers });
    request.setTimeout(timeout, () => request.destroy(new Error(`no answer within ${timeout / 1_000} s`)));
    request.once('response', resolve).once('error', reject).end();
  });
  const status = response.statusCode ?? 0;
  if (status === 200) return json(response);
  throw new EngineAnswerError(status, await json(response).catch(() => undefined));
}
