import { newToken } from '../../clients/newToken.ts';
import { redactRegistry } from '../../registry/redact/redact.ts';
import { isPlainObject } from '../../registry/schema/section.ts';
import { ClientCounts } from '../../stats/clientCounts.ts';
import { addClient, knownClient, removeClient, retireTokens, rotateToken } from '../clients/clientEdits.ts';
import { addRequestOf, rotateRequestOf } from '../clients/clientRequests.ts';
import { clientSummary } from '../clients/clientSummary.ts';
import { connectSnippets } from '../../connect/connectSnippets.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import type { RegistryEdit } from '../registry/registryEdit.ts';
import type { RegistryWriter, WriteAction } from '../registry/registryWriter.ts';
import { json, type ManagementRequest, type Route } from '../route.ts';
import type { ClientsAnswer, ClientTokenAnswer, ConnectAnswer } from '../../api/types.ts';

/** `/management/clients`: who there is, and their tokens. */
export function clientRoutes(dependencies: ManagementDependencies, writer: RegistryWriter): Route[] {
  const { store, audit, baseUrl } = dependencies;
  const counts = new ClientCounts(audit, (id) => store.current.clients.has(id));
  const edit =
    (action: WriteAction, make: (id: string) => RegistryEdit) => async (request: ManagementRequest) =>
      json(await writer.write(action, request, make(clientIdOf(request))));
  return [
    {
      method: 'GET',
      path: '/management/clients',
      handle: async () => json(await list(dependencies, counts)),
    },
    {
      method: 'POST',
      path: '/management/clients',
      handle: async (request) => {
        const asked = addRequestOf(request.body);
        const make = (sha256: string): RegistryEdit => addClient(asked, sha256);
        return json(await withToken(writer, 'client_add', asked.client_id, request, make));
      },
    },
    {
      method: 'POST',
      path: '/management/clients/:client_id/rotate',
      handle: async (request) => {
        const id = clientIdOf(request);
        const { keep_previous: keep } = rotateRequestOf(request.body);
        const make = (sha256: string): RegistryEdit => rotateToken(id, sha256, keep);
        return json(await withToken(writer, 'client_rotate', id, request, make));
      },
    },
    {
      method: 'POST',
      path: '/management/clients/:client_id/retire',
      handle: edit('client_retire', retireTokens),
    },
    { method: 'DELETE', path: '/management/clients/:client_id', handle: edit('client_remove', removeClient) },
    {
      method: 'GET',
      path: '/management/clients/:client_id/connect',
      handle: async (request) => {
        await store.reload();
        const { id } = knownClient(store.current, clientIdOf(request));
        const endpoint = `${baseUrl()}/mcp`;
        const snippets = connectSnippets(endpoint, id);
        return json({ ok: true, client_id: id, endpoint, snippets } satisfies ConnectAnswer);
      },
    },
  ];
}

function clientIdOf({ params }: ManagementRequest): string {
  return params['client_id'] ?? '';
}

/** The token is in this answer and nowhere else. */
async function withToken(
  writer: RegistryWriter,
  action: WriteAction,
  clientId: string,
  request: ManagementRequest,
  make: (sha256: string) => RegistryEdit,
): Promise<ClientTokenAnswer> {
  const { token, sha256 } = newToken();
  const answer = await writer.write(action, request, make(sha256));
  return { ...answer, client_id: clientId, token: answer.applied ? token : null };
}

async function list(
  { store, activity }: ManagementDependencies,
  counts: ClientCounts,
): Promise<ClientsAnswer> {
  await store.reload();
  const { clients, settings } = store.current;
  const written = redactRegistry(store.text)['clients'];
  const summaries = [...clients.values()].map((client) =>
    clientSummary({
      client,
      settings,
      ownLimit: hasOwnLimit(written, client.id),
      lastSeen: activity.lastSeen(client.id),
      count: counts.of(client.id),
    }),
  );
  return { ok: true, clients: summaries };
}

function hasOwnLimit(written: unknown, id: string): boolean {
  const entry = isPlainObject(written) ? written[id] : undefined;
  return isPlainObject(entry) && typeof entry['rate_limit_rpm'] === 'number';
}
