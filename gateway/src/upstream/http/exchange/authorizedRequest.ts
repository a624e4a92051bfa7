import type { Agent } from 'undici';
import type { HttpContext } from '../transport.ts';
import { guardedRequest } from './guardedRequest.ts';
import type { HttpAnswer } from './httpAnswer.ts';
import type { HttpCall } from './pinnedRequest.ts';

/**
 * A request to the server with what authorizes it. One that is rejected with 401 is sent again if that can be renewed: the
 * server has not executed it.
 * @throws UpstreamError
 */
export async function authorizedRequest(
  { server, authorization }: Pick<HttpContext, 'server' | 'authorization'>,
  url: URL,
  call: HttpCall,
  agent: Agent,
): Promise<HttpAnswer> {
  const ready = authorization.header();
  const header = ready instanceof Promise ? await ready : ready;
  if (header === undefined) return guardedRequest(server, url, call, agent);
  const response = await guardedRequest(server, url, withHeader(call, header), agent);
  if (response.status !== 401) return response;
  const renewed = await authorization.renewed(header);
  if (renewed === undefined) return response;
  response.body.resume();
  return guardedRequest(server, url, withHeader(call, renewed), agent);
}

function withHeader(call: HttpCall, authorization: string): HttpCall {
  return { ...call, headers: { ...call.headers, authorization } };
}
