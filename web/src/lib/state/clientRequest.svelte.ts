import type { CallAnswer, ClientRequest } from 'lmcp-gateway/src/api/call.ts';
import type { Failure } from '#lib/api/request.ts';
import { nothingTold, told, type Told } from '#lib/domain/playground/progress.ts';
import { session } from './session.svelte.ts';

/** One request at a time as a client: what it comes to, and what the server tells meanwhile. Made while a component is, and cancelled with it. */
export class AskedAsClient {
  running = $state(false);
  /** The last one was cancelled before its answer. */
  cancelled = $state(false);
  told = $state.raw<Told>(nothingTold);
  answer = $state.raw<CallAnswer | null>(null);
  problem = $state('');
  #ending: AbortController | undefined;

  constructor() {
    $effect(() => () => this.#ending?.abort());
  }

  /** Forgets the last answer, and cancels what runs. */
  clear(): void {
    this.#ending?.abort();
    this.#ending = undefined;
    this.running = false;
    this.cancelled = false;
    this.told = nothingTold;
    this.answer = null;
    this.problem = '';
  }

  cancel(): void {
    if (!this.running) return;
    this.clear();
    this.cancelled = true;
  }

  async send(request: ClientRequest): Promise<void> {
    const { routes } = session;
    if (routes === null) return;
    this.clear();
    const ending = new AbortController();
    this.#ending = ending;
    this.running = true;
    try {
      for await (const line of routes.requestAsClient(request, ending.signal)) {
        if (ending.signal.aborted) return;
        if (!('kind' in line)) this.#failed(line);
        else if (line.kind === 'message') this.told = told(this.told, line.message);
        else if (line.kind === 'failure') this.problem = line.message;
        else if (line.kind === 'answer') this.answer = line.answer;
      }
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      if (this.#ending === ending) this.running = false;
    }
  }

  #failed(failure: Failure): void {
    this.problem = failure.message;
    session.sawFailure(failure);
  }
}
