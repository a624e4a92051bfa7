import { UpstreamError } from '../../errors.ts';
import type { HttpServer } from '../../registry/types.ts';
import type { OpenChannel } from '../types.ts';
import { signedInNowhere, type AuthorizationFor } from './authorization.ts';
import { pinnedAgent } from './exchange/pinnedAgent.ts';
import { HttpChannel } from './httpChannel.ts';
import { readTls } from './readTls.ts';

/** Requests of one instance under way at the same time; more of them wait. */
const maxConnections = 1_024;

/** Opens servers that run already and speak HTTP. Nothing is sent before the first message. */
export function httpOpener(authorizationFor: AuthorizationFor): OpenChannel<HttpServer> {
  return async (server, events, signal) => {
    const [tls, authorization] = await Promise.all([
      readTls(server),
      authorizationFor(server, events.clientId),
    ]);
    if (signal.aborted) throw new UpstreamError('stopped', `Server "${server.id}" is being stopped.`);
    const agent = await pinnedAgent(server, { connections: maxConnections, tls });
    const sideAgent = await pinnedAgent(server, { tls });
    return new HttpChannel(server, events, { agent, sideAgent, authorization });
  };
}

/** The same without any sign-in. */
export const openHttp = httpOpener(signedInNowhere);
