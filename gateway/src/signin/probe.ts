import type { HttpServer } from '../registry/types.ts';
import { version } from '../version.ts';
import { readChallenge, type Challenge } from './discovery/challenge.ts';
import type { GuardedFetch } from './guardedFetch.ts';

/** Asks the server without any credentials, to hear how it wants its clients to sign in. @throws SignInError */
export async function probe({ url }: HttpServer, fetch: GuardedFetch): Promise<Challenge> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'lmcp', version },
  };
  const { status, headers } = await fetch(url.href, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    ignoreBody: true,
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  });
  return status === 401 ? readChallenge(headers.get('www-authenticate') ?? undefined) : {};
}
