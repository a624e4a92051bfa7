import { isRecord } from '../../json/isRecord.ts';
import { baseUrl } from '../../endpoint.ts';
import { newToken } from '../../clients/newToken.ts';
import { insideImage } from '../../registry/container/productImage.ts';
import { redactRegistry } from '../../registry/redact/redact.ts';
import type { ClientCounts } from '../../stats/clientCounts.ts';
import { addClient, knownClient, removeClient, retireTokens, rotateToken } from '../clients/clientEdits.ts';
import { clientSummary } from '../clients/clientSummary.ts';
import { connectSnippets } from '../../connect/connectSnippets.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import type { RegistryEdit } from '../registry/registryEdit.ts';
import type { RegistryWriter, WriteAction } from '../registry/registryWriter.ts';
import { json, type Handlers, type RawRequest } from '../route.ts';
import type { clientEndpoints, ClientsAnswer, ClientTokenAnswer } from '../../api/clients.ts';

/** `/management/clients`: who there is, and their tokens. */
export function clientHandlers(
  dependencies: ManagementDependencies,
  writer: RegistryWriter,
): Handlers<typeof clientEndpoints> {
  const { store, gatewayEndpoint, clientCounts: counts } = dependencies;
  return {
    listClients: async () => json(await list(dependencies, counts)),
    addClient: async (request) => {
      const { body } = request;
      const make = (sha256: string): RegistryEdit => addClient(body, sha256);
      return json(await withToken(writer, 'client_add', body.client_id, request, make));
    },
    rotateToken: async (request) => {
      const { client_id: id } = request.params;
      const { keep_previous: keep } = request.body;
      const make = (sha256: string): RegistryEdit => rotateToken(id, sha256, keep);
      return json(await withToken(writer, 'client_rotate', id, request, make));
    },
    retireTokens: async (request) =>
      json(await writer.write('client_retire', request, retireTokens(request.params.client_id))),
    removeClient: async (request) =>
      json(await writer.write('client_remove', request, removeClient(request.params.client_id))),
    connectClient: async ({ params }) => {
      await store.reload();
      const { id } = knownClient(store.current, params.client_id);
      const url = `${baseUrl(gatewayEndpoint())}/mcp`;
      const place = { registryPath: store.path, insideImage: insideImage() };
      const snippets = connectSnippets(url, id, place);
      return json({ ok: true, client_id: id, endpoint: url, snippets });
    },
  };
}

/** The token is in this answer and nowhere else. */
async function withToken(
  writer: RegistryWriter,
  action: WriteAction,
  clientId: string,
  request: Pick<RawRequest, 'ifMatch' | 'requestId'>,
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
  await Promise.all([store.reload(), counts.ready()]);
  const { clients, settings } = store.current;
  const written = redactRegistry(store.text)['clients'];
  const summaries = [...clients.values()].map((client) =>
    clientSummary({
      client,
      settings,
      ownLimit: hasOwnLimit(written, client.id),
      lastSeen: latest(activity.lastSeen(client.id), counts.lastAt(client.id)),
      count: counts.of(client.id),
    }),
  );
  return { ok: true, clients: summaries };
}

/** When it authenticated last, as far as that is known since the start, or did something before. */
function latest(seen: string | null, counted: number | null): number | null {
  return seen === null ? counted : Math.max(Date.parse(seen), counted ?? 0);
}

function hasOwnLimit(written: unknown, id: string): boolean {
  const entry = isRecord(written) ? written[id] : undefined;
  return isRecord(entry) && typeof entry['rate_limit_rpm'] === 'number';
}
