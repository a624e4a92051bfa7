import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import http from 'node:http';
import type { Audit } from '../audit/types.ts';
import type { Logger } from '../logger.ts';
import type { Reason } from '../policy/reasons.ts';
import type { EgressGrants } from '../upstream/container/egress.ts';

/** What the proxy denies by itself, and reports: the last part of the path. */
const ownDenials = new Map<string, Reason>([
  ['private_address', 'egress_private_address'],
  ['no_credentials', 'egress_no_credentials'],
  ['malformed', 'egress_malformed'],
  ['too_many_connections', 'egress_too_many_connections'],
]);

/**
 * Answers the egress proxy, on a Unix socket in a volume that only it and the gateway mount: which connections of which server it
 * may make. What is denied is logged before the answer.
 */
export async function openEgressDoor(
  socketPath: string,
  { grants, audit, logger }: { grants: EgressGrants; audit: Audit; logger: Logger },
): Promise<AsyncDisposable> {
  const answer = async (
    url: string,
  ): Promise<{ readonly allowed: boolean; readonly named: readonly string[] }> => {
    const { pathname, searchParams: query } = new URL(url, 'http://gateway');
    const [token, host, port] = ['token', 'host', 'port'].map((name) => query.get(name) ?? '');
    const target = { host: (host ?? '').slice(0, 253), port: Number(port) };
    const { allowed, serverId, named } = grants.decide(token ?? '', target.host, target.port);
    const own = ownDenials.get(pathname.replace('/denied/', ''));
    if (allowed && pathname === '/decide') return { allowed, named };
    const reason = own ?? 'egress_not_allowed';
    await audit.append([
      {
        event: 'egress_denied',
        server_id: serverId ?? null,
        allowed: false,
        reason,
        ...(target.host !== '' && { detail: target }),
      },
    ]);
    return { allowed: false, named: [] };
  };
  const server = http.createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000 },
    (request, response) => {
      request.resume();
      answer(request.url ?? '/').then(
        (body) =>
          void response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
        (error: unknown) => {
          logger.warn(`the egress proxy was not answered: ${String(error)}`);
          response.writeHead(500).end();
        },
      );
    },
  );
  await rm(socketPath, { force: true });
  server.listen(socketPath);
  await once(server, 'listening');
  await chmod(socketPath, 0o660);
  return {
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}
