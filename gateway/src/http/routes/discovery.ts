import type { IncomingMessage, ServerResponse } from 'node:http';
import { durable } from '../../audit/durable.ts';
import type { Arrival } from '../../mcp/era/arrival.ts';
import { decideServer } from '../../policy/decide.ts';
import { sendError, sendJson } from '../answer/answer.ts';
import { NodeExchange } from '../answer/nodeExchange.ts';
import { queryOf, type HttpContext } from '../context.ts';
import { listedName, listedServer, listPage, readListQuery } from '../discovery/registryList.ts';
import { cardCatalog, cardType, serverCard } from '../discovery/serverCard.ts';
import { originOf } from '../origin.ts';
import type { PathParams } from '../routeTable.ts';
import { arrive, mcpRoute } from './mcp.ts';

/**
 * What LMCP offers, for who looks before connecting: its card, for everybody; its servers, for the client that asks and as far as it
 * may use them. No header lets pages of other sites read either: that LMCP runs here is not for them.
 */
export class DiscoveryRoutes {
  readonly #context: HttpContext;

  constructor(context: HttpContext) {
    this.#context = context;
  }

  /** `GET /mcp/server-card`; a server of that name keeps its event stream. */
  async card(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if ((request.headers.accept ?? '').includes('text/event-stream'))
      return mcpRoute(this.#context, request, response, 'server-card');
    sendJson(response, 200, JSON.stringify(serverCard(this.#facts(request))), { 'Content-Type': cardType });
  }

  /** `GET /.well-known/mcp/catalog.json`. */
  catalog(request: IncomingMessage, response: ServerResponse): void {
    sendJson(response, 200, JSON.stringify(cardCatalog(originOf(request))));
  }

  /** `GET /v0.1/servers`. */
  async list(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = readListQuery(queryOf(request));
    await this.#asClient(request, response, (ids) => {
      if (!query.ok) sendError(response, 'malformed_request', query.message);
      else sendJson(response, 200, JSON.stringify(listPage(ids, query, this.#facts(request))));
    });
  }

  /** `GET /v0.1/servers/<name>/versions` and `…/versions/<version>`, of which there is one: also `latest`. */
  async versions(request: IncomingMessage, response: ServerResponse, params: PathParams): Promise<void> {
    const { name = '', version } = params;
    const facts = this.#facts(request);
    await this.#asClient(request, response, (ids) => {
      const id = ids.find((one) => listedName(one) === name);
      const isOther = version !== undefined && version !== 'latest' && version !== facts.version;
      if (id === undefined || isOther) {
        sendError(response, 'not_found', 'not found: this client may use no server of that name and version');
        return;
      }
      const entry = listedServer(id, facts);
      const answer = version === undefined ? { servers: [entry], metadata: { count: 1 } } : entry;
      sendJson(response, 200, JSON.stringify(answer));
    });
  }

  /**
   * Authenticates and counts the request; the answer is sent once that is logged. @param answer gets the ids that the client may
   * use
   */
  async #asClient(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (ids: readonly string[]) => void,
  ): Promise<void> {
    const arrival = await arrive(this.#context, request, response, null);
    if (arrival === undefined) return;
    if (!(await this.#context.endpoint.enter(arrival, new NodeExchange(request, response)))) return;
    answer(await durable(arrival.trail, () => idsFor(arrival)));
  }

  #facts(request: IncomingMessage): { origin: string; version: string; oauth: boolean } {
    const { registry, version } = this.#context;
    return { origin: originOf(request), version, oauth: registry().settings.oauth === true };
  }
}

function idsFor({ client, registry }: Arrival): string[] {
  return [...registry.servers.values()].flatMap((server) =>
    decideServer(client, server.id, server).allowed ? [server.id] : [],
  );
}
