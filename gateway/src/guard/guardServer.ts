import { messageOf } from '../errors.ts';
import type http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../logger.ts';
import { printable } from '../printable.ts';
import { cacheVolumePrefix } from '../registry/container/installation.ts';
import { asInfo } from '../upstream/container/docker/engine/limits/engineLimits.ts';
import type { RuntimeCapabilities } from '../upstream/container/runtime/capabilities.ts';
import { readLimits } from '../upstream/container/docker/engine/limits/readLimits.ts';
import { containerLabel, containerNamePrefix } from '../upstream/container/docker/labels.ts';
import { jsonHeaders, rawAnswer } from './answer.ts';
import {
  eventAnswer,
  imageAnswer,
  listAnswer,
  statsAnswer,
  versionAnswer,
  volumesAnswer,
} from './engine/answers.ts';
import { withBody } from './body.ts';
import type { ByteBudget } from './byteBudget.ts';
import { Creations } from './creations.ts';
import { doorDenial, type Door } from './door.ts';
import { passOnEvents, passOnJson, passOnPull, passOnStatus, type Exchange } from './engine/engineAnswer.ts';
import type { EngineSide } from './engine/engineSide.ts';
import { sourceDenial } from '../registry/container/guardRules/pullSources.ts';
import { NotFound, Denial } from './rules/denial.ts';
import { route, type Route } from './rules/routes.ts';
import type { GuardRules } from '../registry/container/guardRules/rules.ts';
import { Tunnels } from './tunnels.ts';

export interface GuardParts {
  readonly door: Door;
  readonly rules: GuardRules;
  readonly engine: EngineSide;
  readonly logger: Logger;
  readonly budget: ByteBudget;
}

type RouteOf<K extends Route['kind']> = Extract<Route, { kind: K }>;

/** Answers a gateway's requests: each is checked, and then asked of the engine in the guard's own words. */
export class GuardServer {
  readonly #door: Door;
  readonly #rules: GuardRules;
  readonly #logger: Logger;
  readonly #engine: EngineSide;
  readonly #budget: ByteBudget;
  readonly #creations: Creations;
  readonly #tunnels: Tunnels;

  constructor({ door, rules, engine, logger, budget }: GuardParts) {
    this.#door = door;
    this.#rules = rules;
    this.#logger = logger;
    this.#engine = engine;
    this.#budget = budget;
    this.#creations = new Creations(rules, engine, budget);
    this.#tunnels = new Tunnels(budget);
  }

  async #limits(): Promise<RuntimeCapabilities> {
    return readLimits(await this.#engine.json('/info'), (path) => this.#engine.json(path));
  }

  async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      const to = this.#route(request);
      if (to.kind === 'create') {
        await withBody(request, this.#budget, (body) => this.#create(to, body, response));
        return;
      }
      request.resume();
      if (to.kind === 'limits') {
        const text = JSON.stringify(asInfo(await this.#limits()));
        response.writeHead(200, jsonHeaders(text)).end(text);
      } else if (to.kind === 'ask') await this.#ask(to, response);
      else if (to.kind === 'volumes' || to.kind === 'volumeSizes' || to.kind === 'removeVolume') {
        await this.#caches(to, response);
      } else if (to.kind === 'pull') await this.#pull(to, response);
      else await this.#act(to, response);
    } catch (error) {
      this.#fail(error, request, (status, text) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(status, { ...jsonHeaders(text), Connection: 'close' }).end(text);
      });
    }
  }

  async upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      const to = this.#route(request);
      if (to.kind !== 'container' || to.action !== 'attach') throw new Denial('only attach may be upgraded');
      const { id, name } = await this.#own(to.id);
      const headers = { Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': 0 };
      const onward = await this.#engine.request('POST', to.path(id), headers);
      this.#done(`attach ${name}`, await this.#tunnels.connect(onward, socket, head));
    } catch (error) {
      this.#fail(error, request, (status, text) => rawAnswer(socket, status, text));
    }
  }

  endTunnels(): void {
    this.#tunnels.close();
  }

  #route(request: http.IncomingMessage): Route {
    const denial = doorDenial(request.headersDistinct, this.#door);
    if (denial) throw new Denial(denial.reason, denial.status);
    const to = route(request.method ?? '', request.url ?? '/', this.#rules);
    if (!to) throw new Denial('this call is none of those that a gateway makes');
    return to;
  }

  async #create(to: RouteOf<'create'>, body: unknown, response: http.ServerResponse): Promise<void> {
    const status = await this.#creations.create(to, body, response);
    const { Image: image } = body as { Image: string };
    this.#done(`create ${to.name ?? ''} from image ${image}`, status);
  }

  async #ask({ method, path, answer }: RouteOf<'ask'>, response: http.ServerResponse): Promise<void> {
    const exchange = await this.#exchange(method, path, response);
    if (answer === 'ping') await passOnStatus(exchange, 'OK');
    else if (answer === 'events') await passOnEvents(exchange, eventAnswer);
    else await passOnJson(exchange, { version: versionAnswer, list: listAnswer, image: imageAnswer }[answer]);
  }

  async #pull({ image, path }: RouteOf<'pull'>, response: http.ServerResponse): Promise<void> {
    const denial = sourceDenial(image, this.#rules.registries);
    if (denial !== undefined) throw new Denial(`the image may not be pulled: ${denial}`);
    const exchange = await this.#exchange('POST', path, response);
    const failed = (text: string): void =>
      this.#logger.warn(`engine guard: pulling ${image} failed: ${printable(text.slice(0, 500))}`);
    this.#done(`pull ${image}`, await passOnPull(exchange, failed));
  }

  async #caches(
    to: RouteOf<'volumes' | 'volumeSizes' | 'removeVolume'>,
    response: http.ServerResponse,
  ): Promise<void> {
    const prefix = cacheVolumePrefix(this.#rules.instance);
    if (to.kind !== 'removeVolume') {
      const path = to.kind === 'volumes' ? to.path : '/system/df?type=volume';
      await passOnJson(await this.#exchange('GET', path, response), volumesAnswer(prefix));
      return;
    }
    const exchange = await this.#exchange('DELETE', `/volumes/${to.name}`, response);
    this.#done(`remove volume ${to.name}`, await passOnStatus(exchange));
  }

  async #act(to: RouteOf<'container'>, response: http.ServerResponse): Promise<void> {
    if (to.action === 'attach') throw new Denial('attach must be asked for as an upgrade');
    const { id, name } = await this.#own(to.id);
    const exchange = await this.#exchange(to.method, to.path(id), response);
    if (to.action === 'stats') await passOnJson(exchange, statsAnswer);
    else this.#done(`${to.action} ${name}`, await passOnStatus(exchange));
  }

  async #exchange(method: string, path: string, response: http.ServerResponse): Promise<Exchange> {
    return { onward: await this.#engine.request(method, path), response, budget: this.#budget };
  }

  /** A container that is the installation's own. What isn't is answered like what does not exist. */
  async #own(id: string): Promise<{ readonly id: string; readonly name: string }> {
    const found = (await this.#engine.json(`/containers/${id}/json`)) as
      { Id: string; Name: string; Config: { Labels: Record<string, string> | null } } | undefined;
    const { instance } = this.#rules;
    if (!found) throw new NotFound(id);
    const labelled = found.Config.Labels?.[containerLabel.instance] === instance;
    const own = { id: found.Id, name: found.Name.slice(1) };
    if (labelled && found.Name.startsWith(`/${containerNamePrefix(instance)}`)) return own;
    this.#logger.warn(`engine guard: denied: container ${id.slice(0, 12)} belongs to somebody else`);
    throw new NotFound(id);
  }

  /** One line for each change, so that the guard's log tells what was done past any other log. */
  #done(what: string, status: number): void {
    this.#logger.info(`engine guard: ${printable(what)}: ${status < 400 ? 'done' : `failed (${status})`}`);
  }

  #fail(error: unknown, request: http.IncomingMessage, answer: (status: number, text: string) => void): void {
    const message = messageOf(error);
    if (error instanceof NotFound) {
      answer(404, JSON.stringify({ message }));
    } else if (error instanceof Denial) {
      // It may quote the request.
      this.#logger.warn(`engine guard: denied ${shown(request)}: ${printable(message)}`);
      answer(error.status, JSON.stringify({ message: `engine guard: ${message}` }));
    } else {
      this.#logger.error(`engine guard: the engine could not be asked: ${printable(message)}`);
      answer(502, JSON.stringify({ message: `engine guard: the engine could not be asked: ${message}` }));
    }
  }
}

/** Method and path without the query, safe to print. */
function shown(request: http.IncomingMessage): string {
  const path = (request.url ?? '').split('?')[0]?.slice(0, 200) ?? '';
  return `${request.method ?? ''} ${JSON.stringify(path)}`;
}
