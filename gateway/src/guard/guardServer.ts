import type http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../logger.ts';
import { printable } from '../printable.ts';
import { asInfo, engineLimits } from '../upstream/container/engineLimits.ts';
import { containerLabel, containerNamePrefix } from '../upstream/container/labels.ts';
import { forward, jsonHeaders, rawAnswer } from './answer.ts';
import { readBody } from './body.ts';
import { Creations } from './creations.ts';
import type { EngineSide } from './engineSide.ts';
import { NotFound, Refusal } from './refusal.ts';
import { route, type Route } from './routes.ts';
import type { GuardRules } from './rules.ts';
import { Tunnels } from './tunnels.ts';

/** Answers a gateway's requests: each is checked, and then asked of the engine in the guard's own words. */
export class GuardServer {
  readonly #rules: GuardRules;
  readonly #logger: Logger;
  readonly #engine: EngineSide;
  readonly #creations: Creations;
  readonly #tunnels = new Tunnels();

  constructor(rules: GuardRules, engine: EngineSide, logger: Logger) {
    this.#rules = rules;
    this.#logger = logger;
    this.#engine = engine;
    this.#creations = new Creations(rules, engine);
  }

  async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      const to = this.#route(request);
      if (to.kind === 'container' && to.attach) throw new Refusal('attach must be asked for as an upgrade');
      if (to.kind === 'create') {
        await this.#creations.create(to.name, await readBody(request), response);
        return;
      }
      request.resume();
      if (to.kind === 'limits') {
        const text = JSON.stringify(asInfo(engineLimits(await this.#engine.json('/info'))));
        response.writeHead(200, jsonHeaders(text)).end(text);
        return;
      }
      const path = to.kind === 'plain' ? to.path : to.path(await this.#own(to.id));
      const onward = await this.#engine.request(to.method, path);
      forward(onward, response);
      onward.end();
    } catch (error) {
      this.#fail(error, request, (status, text) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(status, jsonHeaders(text)).end(text);
      });
    }
  }

  async upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      const to = this.#route(request);
      if (to.kind !== 'container' || !to.attach) throw new Refusal('only attach may be upgraded');
      const id = await this.#own(to.id);
      const headers = { Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': 0 };
      this.#tunnels.connect(await this.#engine.request('POST', to.path(id), headers), socket, head);
    } catch (error) {
      this.#fail(error, request, (status, text) => rawAnswer(socket, status, text));
    }
  }

  endTunnels(): void {
    this.#tunnels.close();
  }

  #route(request: http.IncomingMessage): Route {
    const to = route(request.method ?? '', request.url ?? '/', this.#rules);
    if (!to) throw new Refusal('this call is none of those that a gateway makes');
    return to;
  }

  /** The full id of a container that is the installation's own. What isn't is answered like what does not exist. */
  async #own(id: string): Promise<string> {
    const found = (await this.#engine.json(`/containers/${id}/json`)) as
      { Id: string; Name: string; Config: { Labels: Record<string, string> | null } } | undefined;
    const { instance } = this.#rules;
    if (!found) throw new NotFound(id);
    const labelled = found.Config.Labels?.[containerLabel.instance] === instance;
    if (labelled && found.Name.startsWith(`/${containerNamePrefix(instance)}`)) return found.Id;
    this.#logger.warn(`engine guard: refused: container ${id.slice(0, 12)} belongs to somebody else`);
    throw new NotFound(id);
  }

  #fail(error: unknown, request: http.IncomingMessage, answer: (status: number, text: string) => void): void {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof NotFound) {
      answer(404, JSON.stringify({ message }));
    } else if (error instanceof Refusal) {
      // It may quote the request.
      this.#logger.warn(`engine guard: refused ${shown(request)}: ${printable(message)}`);
      answer(403, JSON.stringify({ message: `engine guard: ${message}` }));
    } else {
      this.#logger.error(`engine guard: the engine could not be asked: ${message}`);
      answer(502, JSON.stringify({ message: `engine guard: the engine could not be asked: ${message}` }));
    }
  }
}

/** Method and path without the query, safe to print. */
function shown(request: http.IncomingMessage): string {
  const path = (request.url ?? '').split('?')[0]?.slice(0, 200) ?? '';
  return `${request.method ?? ''} ${JSON.stringify(path)}`;
}
