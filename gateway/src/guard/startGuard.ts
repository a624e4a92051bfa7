import { once } from 'node:events';
import { chmod, realpath as fsRealpath, rm } from 'node:fs/promises';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../logger.ts';
import { printable } from '../printable.ts';
import { containerLabel, containerNamePrefix } from '../upstream/container/labels.ts';
import type { EngineAddress } from '../upstream/container/engineAddress.ts';
import {
  asInfo,
  engineLimits,
  missingLimits,
  type EngineLimits,
} from '../upstream/container/engineLimits.ts';
import { checkCreate } from './checkCreate.ts';
import { EngineSide } from './engineSide.ts';
import { volumeRefusal, withRealSources, type CheckedBody, type EngineVolume } from './mountSources.ts';
import { ownContainers, route, type Route } from './routes.ts';
import { withSockets, type GuardRules } from './rules.ts';

/** Bytes of a create body; a real one has a few kilobytes. */
const largestBody = 1024 ** 2;
/** Milliseconds after which the next creation is let in, whatever became of this one. */
const longestCreation = 60_000;

export interface GuardOptions {
  /** Where the engine itself listens. */
  readonly engine: EngineAddress;
  /** Where the guard listens. */
  readonly listen: EngineAddress;
  /** With real paths as roots. */
  readonly rules: GuardRules;
  readonly logger: Logger;
}

export interface Guard {
  /** The port where it listens; undefined on a Unix socket. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/** Refused, in words that the gateway's operator reads. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * Stands between a gateway and the engine's socket, which nobody else holds: lets the few calls through that a gateway
 * makes, on its own containers, and only containers in the hardened form be created.
 */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const { listen } = options;
  const rules = withSockets(options.rules, await socketPaths(options.engine, listen));
  const guard = new GuardServer({ ...options, rules });
  const server = http.createServer((request, response) => void guard.answer(request, response));
  server.on('upgrade', (request, socket, head) => void guard.upgrade(request, socket, head));
  if ('socketPath' in listen) {
    await rm(listen.socketPath, { force: true });
    server.listen(listen.socketPath);
  } else {
    server.listen(listen.port, listen.host);
  }
  await once(server, 'listening');
  if ('socketPath' in listen) await chmod(listen.socketPath, 0o660);
  const address = server.address();
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    close: async () => {
      guard.endTunnels();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** As written and with links resolved, where it is there already. */
async function socketPaths(...addresses: readonly EngineAddress[]): Promise<string[]> {
  const written = addresses.flatMap((address) => ('socketPath' in address ? [address.socketPath] : []));
  const real = await Promise.all(written.map((path) => fsRealpath(path).catch(() => path)));
  return [...new Set([...written, ...real])];
}

class GuardServer {
  readonly #rules: GuardRules;
  readonly #logger: Logger;
  readonly #engine: EngineSide;
  readonly #tunnels = new Set<Duplex>();
  /** Creations go one after the other, so that each sees those before it when it is counted. */
  #creations: Promise<unknown> = Promise.resolve();

  constructor({ rules, logger, engine }: GuardOptions) {
    this.#rules = rules;
    this.#logger = logger;
    this.#engine = new EngineSide(engine);
  }

  async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      const to = this.#route(request);
      if (to.kind === 'container' && to.attach) throw new Refusal('attach must be asked for as an upgrade');
      if (to.kind === 'create') {
        await this.#create(to, await readBody(request), response);
        return;
      }
      request.resume();
      if (to.kind === 'limits') {
        const text = JSON.stringify(asInfo(await this.#limits()));
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
      const onward = await this.#engine.request('POST', to.path(id), headers);
      this.#tunnel(onward, socket, head);
    } catch (error) {
      this.#fail(error, request, (status, text) => rawAnswer(socket, status, text));
    }
  }

  endTunnels(): void {
    for (const socket of this.#tunnels) socket.destroy();
  }

  #route(request: http.IncomingMessage): Route {
    const to = route(request.method ?? '', request.url ?? '/', this.#rules);
    if (!to) throw new Refusal('this call is none of those that a gateway makes');
    return to;
  }

  async #create(
    to: Extract<Route, { kind: 'create' }>,
    body: unknown,
    response: http.ServerResponse,
  ): Promise<void> {
    const verdict = checkCreate(to.name, body, this.#rules);
    if (!verdict.ok) throw new Refusal(`the container may not be created: ${verdict.reason}`);
    const real = await withRealSources(body as Record<string, unknown>, this.#rules, fsRealpath);
    if (!real.ok) throw new Refusal(`the container may not be created: ${real.reason}`);
    await this.#plainVolumes(real.body);
    await this.#heldToLimits();
    const path = `/containers/create?name=${encodeURIComponent(to.name ?? '')}`;
    const text = JSON.stringify(real.body);
    const turn = this.#creations.then(async () => {
      await this.#roomForOneMore();
      const onward = await this.#engine.request('POST', path, jsonHeaders(text));
      onward.setTimeout(longestCreation, () => onward.destroy(new Error('creating took too long')));
      forward(onward, response);
      onward.end(text);
      await new Promise((resolve) => onward.on('close', resolve));
    });
    this.#creations = turn.catch(() => undefined);
    await turn;
  }

  /** A named volume may have been made as a bind mount of any folder. */
  async #plainVolumes(body: CheckedBody): Promise<void> {
    for (const { Type: type, Source: name } of body.HostConfig.Mounts) {
      if (type !== 'volume') continue;
      const refusal = volumeRefusal(
        (await this.#engine.json(`/volumes/${name}`)) as EngineVolume | undefined,
      );
      if (refusal !== undefined) {
        throw new Refusal(`the container may not be created: the volume ${name}: ${refusal}`);
      }
    }
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

  /** All that a gateway needs of what the engine tells of its machine. */
  async #limits(): Promise<EngineLimits> {
    return engineLimits(await this.#engine.json('/info'));
  }

  /** An engine takes limits without a word also where it can't hold a container to them. */
  async #heldToLimits(): Promise<void> {
    const missing = missingLimits(await this.#limits());
    if (missing === undefined) return;
    throw new Refusal(
      `the container may not be created: the engine can’t hold it to its limit of ${missing} (rootless Docker needs cgroup v2 with systemd for that)`,
    );
  }

  async #roomForOneMore(): Promise<void> {
    const all = (await this.#engine.json(ownContainers(this.#rules))) as unknown[] | undefined;
    if ((all?.length ?? 0) < this.#rules.maxContainers) return;
    throw new Refusal(
      `there are ${this.#rules.maxContainers} containers already, the most that the guard allows (LMCP_GUARD_MAX_CONTAINERS)`,
    );
  }

  /** Bytes both ways, with half-close, for as long as both sides live: an idle server may stay attached for days. */
  #tunnel(onward: http.ClientRequest, socket: Duplex, head: Buffer): void {
    onward.on('error', () => socket.destroy());
    onward.on('response', (response) => {
      response.resume();
      rawAnswer(socket, response.statusCode ?? 502, JSON.stringify({ message: 'the engine did not attach' }));
    });
    onward.on('upgrade', (_response, engine, first) => {
      this.#tunnels.add(engine);
      engine.setTimeout(0);
      engine.on('close', () => {
        this.#tunnels.delete(engine);
        socket.destroy();
      });
      engine.on('error', () => socket.destroy());
      socket.on('close', () => engine.destroy());
      socket.write(
        'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
      );
      if (first.length > 0) socket.write(first);
      if (head.length > 0) engine.write(head);
      socket.pipe(engine);
      engine.pipe(socket);
    });
    onward.end();
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

class NotFound extends Error {
  override readonly name = 'NotFound';
  constructor(id: string) {
    super(`No such container: ${id}`);
  }
}

/** The engine's answer as it comes, streams included; who goes away ends both. */
function forward(onward: http.ClientRequest, response: http.ServerResponse): void {
  response.on('close', () => onward.destroy());
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, jsonHeaders(engineGone)).end(engineGone);
  });
  onward.on('response', (answer) => {
    const type = answer.headers['content-type'];
    const length = answer.headers['content-length'];
    response.writeHead(answer.statusCode ?? 502, {
      ...(type !== undefined && { 'Content-Type': type }),
      ...(length !== undefined && { 'Content-Length': length }),
    });
    response.flushHeaders();
    answer.pipe(response);
  });
}

const engineGone = JSON.stringify({ message: 'engine guard: the engine does not answer' });

async function readBody(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Refusal('the create body is larger than 1 MiB');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal('the create body is not JSON');
  }
}

function jsonHeaders(text: string): http.OutgoingHttpHeaders {
  return { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
}

function rawAnswer(socket: Duplex, status: number, text: string): void {
  const name = http.STATUS_CODES[status] ?? '';
  const length = Buffer.byteLength(text);
  socket.end(
    `HTTP/1.1 ${status} ${name}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${text}`,
  );
}

/** Method and path without the query, safe to print. */
function shown(request: http.IncomingMessage): string {
  const path = (request.url ?? '').split('?')[0]?.slice(0, 200) ?? '';
  return `${request.method ?? ''} ${JSON.stringify(path)}`;
}
