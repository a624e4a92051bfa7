import { isIP } from 'node:net';
import type { Agent, Dispatcher } from 'undici';
import { mayConnect, type Whereabouts } from '../../../addresses/loopbackOnly.ts';
import type { HttpAnswer } from './httpAnswer.ts';
import { isLoopbackHost } from '../../../addresses/loopbackHost.ts';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Whether a URL may be asked, by what it alone says; what a name means is decided once it is resolved (guardedLookup). */
export function mayAsk(whereabouts: Whereabouts, { protocol, hostname }: URL): boolean {
  const { remote, loopbackOnly, allowPrivate } = whereabouts;
  if (!remote) return !loopbackOnly || isLoopbackHost(hostname);
  const address = hostname.replace(/^\[|\]$/g, '');
  // A literal address is not looked up.
  return (
    protocol === 'https:' &&
    (isIP(address) === 0 ||
      mayConnect({ loopbackOnly, remote, allowPrivate, hostname, address, engineGateways: [] }))
  );
}

/**
 * One HTTP request over the connections of a {@link pinnedAgent}. Redirects are given, not followed.
 * @throws undici's or Node's error, ForbiddenAddressError; resolves with any status, the body unread
 */
export async function pinnedRequest(
  agent: Agent,
  { origin, pathname, search }: URL,
  { method, headers, body, signal }: HttpCall,
): Promise<HttpAnswer> {
  const answer = await agent.request({
    ...{ origin, path: `${pathname}${search}`, method, headers, signal },
    ...(body !== undefined && { body }),
  });
  // Errors surface to the reader; a body that nobody reads may fail without harm.
  answer.body.on('error', () => undefined);
  return { status: answer.statusCode, headers: combined(answer.headers), body: answer.body };
}

/** Fields that have one value: of a second one nobody knows what it means. */
const single: ReadonlySet<string> = new Set(['content-type', 'location']);

/** As Node's own client gives them: a field that came several times is one list (RFC 9110, section 5.3). */
function combined(headers: Dispatcher.ResponseData['headers']): HttpAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (!Array.isArray(value)) return [name, value];
      return [name, single.has(name) ? value[0] : value.join(', ')];
    }),
  );
}
