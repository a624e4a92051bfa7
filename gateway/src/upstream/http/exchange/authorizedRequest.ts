import type { IncomingMessage } from 'node:http';
import type { HttpContext } from '../transport.ts';
import { guardedRequest } from './guardedRequest.ts';
import type { Agents, HttpCall } from './pinnedRequest.ts';

/**
 * A request to the server with what authorizes it. One that is rejected with 401 is sent once more where that can be renewed: the
 * server has not executed it.
 * @throws UpstreamError
 */
export async function authorizedRequest(
  { server, authorization }: Pick<HttpContext, 'server' | 'authorization'>,
  url: URL,
  call: HttpCall,
  agents: Agents,
): Promise<IncomingMessage> {
  const ready = authorization.header();
  const header = ready instanceof Promise ? await ready : ready;
  if (header === undefined) return guardedRequest(server, url, call, agents);
  const response = await guardedRequest(server, url, withHeader(call, header), agents);
  if (response.statusCode !== 401) return response;
  const renewed = await authorization.renewed(header);
  if (renewed === undefined) return response;
  response.resume();
  return guardedRequest(server, url, withHeader(call, renewed), agents);
}

function withHeader(call: HttpCall, authorization: string): HttpCall {
  return { ...call, headers: { ...call.headers, authorization } };
}
