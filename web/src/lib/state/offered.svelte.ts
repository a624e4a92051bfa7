import type { CallAnswer, ClientRequest } from 'lmcp-gateway/src/api/call.ts';
import type { ServerDetails } from 'lmcp-gateway/src/api/servers.ts';
import type { Failure } from '#lib/api/request.ts';
import {
  promptItems,
  resourceItems,
  templateItems,
  toolItem,
  type OfferedItem,
  type OfferedKind,
} from '#lib/domain/playground/offered.ts';
import { session } from './session.svelte.ts';

interface Wanted {
  readonly client: string;
  readonly server: string;
  readonly kind: OfferedKind;
}

const methodNotFound = -32601;

/** What a server offers: its tools as they are known, prompts and resources as the client lists them. */
export class Offered {
  /** Null while they are not known. */
  items = $state.raw<readonly OfferedItem[] | null>(null);
  /** Of the server, with `kind: 'tools'`. */
  server = $state.raw<ServerDetails | null>(null);
  problem = $state('');
  loading = $state(false);
  #ending: AbortController | undefined;

  constructor() {
    $effect(() => () => this.#ending?.abort());
  }

  async load(wanted: Wanted): Promise<void> {
    this.#ending?.abort();
    const ending = new AbortController();
    this.#ending = ending;
    this.items = null;
    this.server = null;
    this.problem = '';
    if (wanted.server === '') return;
    this.loading = true;
    try {
      const found = await (wanted.kind === 'tools'
        ? this.#tools(wanted.server, ending.signal)
        : this.#listed(wanted, ending.signal));
      if (!ending.signal.aborted) this.items = found;
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      if (this.#ending === ending) this.loading = false;
    }
  }

  /** Has the server started and its tools read. */
  async start(server: string): Promise<void> {
    this.loading = true;
    const answer = await session.routes?.serverAction(server, 'refresh');
    this.loading = false;
    if (answer?.ok) this.#take(answer.server);
    else if (answer) this.problem = answer.message;
  }

  async #tools(server: string, signal: AbortSignal): Promise<readonly OfferedItem[] | null> {
    const answer = await session.routes?.server(server);
    if (answer === undefined || signal.aborted) return null;
    if (!answer.ok) return this.#failed(answer);
    this.#take(answer.server);
    return this.items;
  }

  #take(server: ServerDetails): void {
    this.server = server;
    this.problem = '';
    this.items = server.tools?.map(toolItem) ?? null;
  }

  async #listed({ client, server, kind }: Wanted, signal: AbortSignal): Promise<readonly OfferedItem[]> {
    const list = async (method: ClientRequest['method']): Promise<unknown> => {
      const answer = await this.#ask({ client_id: client, server_id: server, method, params: {} }, signal);
      const error = answer?.rpc_error;
      // A server may have resources but not support templates.
      if (error && !(method === 'resources/templates/list' && error.code === methodNotFound))
        this.problem = error.message;
      return answer?.result;
    };
    if (kind === 'prompts') return promptItems(await list('prompts/list'));
    const resources = resourceItems(await list('resources/list'));
    return [...resources, ...templateItems(await list('resources/templates/list'))];
  }

  async #ask(request: ClientRequest, signal: AbortSignal): Promise<CallAnswer | null> {
    for await (const line of session.routes?.requestAsClient(request, signal) ?? []) {
      if (!('kind' in line)) this.#failed(line);
      else if (line.kind === 'answer') return line.answer;
      else if (line.kind === 'failure') this.problem = line.message;
    }
    return null;
  }

  #failed(failure: Failure): null {
    this.problem = failure.message;
    session.sawFailure(failure);
    return null;
  }
}
