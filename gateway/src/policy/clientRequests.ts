import type { Client, ClientRequestKind, Server } from '../registry/types.ts';

/** What servers ask of clients, by the method that asks for it. */
const kinds: ReadonlyMap<string, ClientRequestKind> = new Map([
  ['sampling/createMessage', 'sampling'],
  ['elicitation/create', 'elicitation'],
  ['roots/list', 'roots'],
]);

/** Undefined for a method that no server may ask a client for. */
export function clientRequestKind(method: string): ClientRequestKind | undefined {
  return kinds.get(method);
}

/** All that servers may ask for. */
export const clientRequestKinds: readonly ClientRequestKind[] = [...kinds.values()];

/** Every reason for which a question of a server is denied, with its meaning. */
export const clientRequestReasons = {
  client_request_denied: "the server's client_requests denies what it asks of the client",
  client_request_restricted: "the client's client_requests for the server denies what it asks",
} as const;

/** The server's policy is the upper bound; the client's own narrows it. The first denial decides. */
const checks = [
  {
    denied: 'client_request_denied',
    policy: (_client: Client, server: Server) => server.clientRequests,
    path: (_client: Client, server: Server) => `servers.${server.id}.client_requests`,
  },
  {
    denied: 'client_request_restricted',
    policy: (client: Client, server: Server) => client.clientRequests.get(server.id),
    path: (client: Client, server: Server) => `clients.${client.id}.client_requests.${server.id}`,
  },
] as const;

/** As a decision about a call; `rule` is the path in the registry that decided. */
export type ClientRequestDecision =
  | { readonly allowed: true; readonly reason: 'ok'; readonly rule: string }
  | {
      readonly allowed: false;
      readonly reason: keyof typeof clientRequestReasons;
      readonly rule: string;
    };

/** May this server ask this client for that? Whether the client offers it at all is another question. */
export function decideClientRequest(
  client: Client,
  server: Server,
  kind: ClientRequestKind,
): ClientRequestDecision {
  for (const { denied, policy, path } of checks) {
    if (policy(client, server)?.[kind] === 'deny')
      return { allowed: false, reason: denied, rule: `${path(client, server)}.${kind}` };
  }
  return { allowed: true, reason: 'ok', rule: `servers.${server.id}.client_requests.${kind}` };
}
