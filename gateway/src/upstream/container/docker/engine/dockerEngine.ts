import type Docker from 'dockerode';
import { access } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { negotiatedVersion } from './apiVersion.ts';
import { askEngine } from './askEngine.ts';
import { attach } from '../attach.ts';
import {
  failureKind,
  type ContainerEngine,
  type ContainerEvent,
  type CreateRequest,
  type ListedContainer,
  type ImageFacts,
} from './containerEngine.ts';
import type { EngineAddress } from './engineAddress.ts';
import { engineEvents, eventNames } from './engineEvents.ts';
import type { RuntimeCapabilities } from '../../runtime/capabilities.ts';
import { RuntimeError } from '../../runtime/runtimeError.ts';
import { engineHeaders } from './guardSecret.ts';
import { readLimits } from './limits/readLimits.ts';
import { SshTunnel } from './sshTunnel.ts';
import { containerLabel, containerNamePrefix } from '../labels.ts';

/** Milliseconds for what an engine answers out of its memory. */
const maxAnswer = 30_000;

interface Clients {
  readonly docker: Docker;
  /** Gives up an answer that does not come; for what asks, not for what acts. */
  readonly asking: Docker;
}

interface Connection {
  readonly version: string;
  readonly address: EngineAddress;
  /** Loaded when first needed. */
  readonly clients: () => Promise<Clients>;
}

/** Engine API, ContainerSummary. */
interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

/** Engine API, SystemDataUsage. */
interface VolumeUsage {
  readonly Volumes?: readonly { readonly Name: string; readonly UsageData?: { readonly Size?: number } }[];
}

/** Docker's Engine API, directly or through the engine guard. Connects at the first call, and again after a failure. */
export class DockerEngine implements ContainerEngine {
  readonly #address: EngineAddress | SshTunnel;
  readonly #headers: Readonly<Record<string, string>>;
  #connection: Promise<Connection> | undefined;

  /**
   * @param secret shared with an engine guard that asks for one
   */
  constructor(address: EngineAddress | SshTunnel, secret?: string) {
    this.#address = address;
    this.#headers = engineHeaders(secret);
  }

  async release(): Promise<string> {
    const { Version: release } = await this.#ask((docker) => docker.version());
    return release;
  }

  async limits(): Promise<RuntimeCapabilities> {
    const ask = (path: string): Promise<unknown> => this.#get('asking', path);
    return readLimits(await ask('/info'), ask);
  }

  async image(reference: string): Promise<ImageFacts | undefined> {
    try {
      const inspected = await this.#ask((docker) => docker.getImage(reference).inspect());
      const { Config: config } = inspected;
      const volumes = Object.keys((config as { Volumes?: object | null }).Volumes ?? {});
      // Engines leave out what is empty.
      const { RepoDigests: digests } = inspected as { RepoDigests?: string[] | null };
      return { user: config.User, volumes, digests: digests ?? [] };
    } catch (error) {
      if (error instanceof RuntimeError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  async pull(reference: string, signal: AbortSignal, platform?: string): Promise<void> {
    const [, name = reference, tag = 'latest'] = /^(.+?)(?::([^:/@]+))?$/.exec(reference) ?? [];
    const image = reference.includes('@') ? { fromImage: reference } : { fromImage: name, tag };
    const options = { ...image, ...(platform !== undefined && { platform }) };
    await this.#call(async (docker) => {
      const stream = await docker.createImage({ ...options, abortSignal: signal });
      await new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(stream, (error: Error | null) => {
          if (error) reject(error);
          else resolve();
        });
      });
    });
  }

  async create(name: string, request: CreateRequest, platform?: string): Promise<string> {
    // Kept apart: dockerode would put the name into the body and the whole body, secrets included, into the query.
    const query = { name, ...(platform !== undefined && { platform }) };
    const options = { _query: query, _body: request } as unknown as Docker.ContainerCreateOptions;
    const { id } = await this.#call((docker) => docker.createContainer(options));
    return id;
  }

  async attach(id: string): Promise<Duplex> {
    const { version, address } = await this.#connect();
    const path = `${version}/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
    return attach(address, path, this.#headers);
  }

  async start(id: string): Promise<void> {
    await this.#call((docker) => docker.getContainer(id).start());
  }

  async stop(id: string, graceS: number): Promise<void> {
    await this.#gone((docker) => docker.getContainer(id).stop({ t: graceS }));
  }

  async remove(id: string): Promise<void> {
    await this.#gone((docker) => docker.getContainer(id).remove({ force: true, v: true }));
  }

  async processes(id: string): Promise<number | undefined> {
    const options = { stream: false, 'one-shot': true } as const;
    const stats = await this.#ask((docker) => docker.getContainer(id).stats(options));
    return (stats.pids_stats as { current?: number } | undefined)?.current;
  }

  async list(instance: string): Promise<readonly ListedContainer[]> {
    const filters = { label: [`${containerLabel.instance}=${instance}`] };
    const query = new URLSearchParams({ all: 'true', filters: JSON.stringify(filters) });
    const found = (await this.#answer(`/containers/json?${query.toString()}`)) as ContainerSummary[];
    const prefix = `/${containerNamePrefix(instance)}`;
    return found.flatMap(({ Id: id, Names: names, Labels: labels }) => {
      const name = names.find((one) => one.startsWith(prefix))?.slice(1);
      return name === undefined ? [] : [{ id, name, server: labels[containerLabel.server] ?? '' }];
    });
  }

  async volumes(prefix: string): Promise<string[]> {
    const filters = { name: [prefix] };
    const { Volumes: found } = await this.#ask((docker) => docker.listVolumes({ filters }));
    return found.map(({ Name: name }) => name).filter((name) => name.startsWith(prefix));
  }

  async volumeSizes(prefix: string): Promise<ReadonlyMap<string, number>> {
    // Without dockerode's own question, which measures images and containers, too.
    const usage = (await this.#get('docker', '/system/df?', { type: 'volume' })) as VolumeUsage;
    const own = (usage.Volumes ?? []).filter(({ Name: name }) => name.startsWith(prefix));
    return new Map(own.map(({ Name: name, UsageData: { Size: size } = {} }) => [name, size ?? 0]));
  }

  async removeVolume(name: string): Promise<void> {
    await this.#call((docker) => docker.getVolume(name).remove());
  }

  async events(
    instance: string,
    sink: { event(event: ContainerEvent): void; broken(): void },
  ): Promise<() => void> {
    const filters = {
      type: ['container'],
      event: eventNames,
      label: [`${containerLabel.instance}=${instance}`],
    };
    const stream = await this.#call((docker) => docker.getEvents({ filters: JSON.stringify(filters) }));
    return engineEvents(stream as NodeJS.ReadableStream & { destroy(): void }, sink);
  }

  /** A container that has ended (304), is gone (404) or is being removed (409) needs no more of this. */
  async #gone(act: (docker: Docker) => Promise<unknown>): Promise<void> {
    try {
      const { docker } = await (await this.#connect()).clients();
      await act(docker);
    } catch (error) {
      if (![304, 404, 409].includes(statusOf(error) ?? 0)) throw this.#failure(error);
    }
  }

  /** What every gateway asks at its start, also one that has no server in a container: without dockerode. */
  async #answer(path: string): Promise<unknown> {
    const { address, version } = await this.#connect();
    try {
      return await askEngine(address, `${version}${path}`, { headers: this.#headers, timeout: maxAnswer });
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** What dockerode has no method for. */
  #get(
    way: 'docker' | 'asking',
    path: string,
    options: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const request = { path, options, method: 'GET', statusCodes: { 200: true } };
    return this.#through(
      way,
      ({ modem }) =>
        new Promise((resolve, reject) => {
          modem.dial(request, (error: unknown, answer: unknown) => {
            if (error instanceof Error) reject(error);
            else resolve(answer);
          });
        }),
    );
  }

  #ask<T>(question: (docker: Docker) => Promise<T>): Promise<T> {
    return this.#through('asking', question);
  }

  #call<T>(act: (docker: Docker) => Promise<T>): Promise<T> {
    return this.#through('docker', act);
  }

  async #through<T>(way: 'docker' | 'asking', work: (docker: Docker) => Promise<T>): Promise<T> {
    const connection = await this.#connect();
    try {
      return await work((await connection.clients())[way]);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#negotiate().catch((error: unknown) => {
      this.#connection = undefined;
      throw this.#failure(error);
    });
    return this.#connection;
  }

  /** Both sides speak a range of versions; the newest that both know is taken. */
  async #negotiate(): Promise<Connection> {
    const address =
      this.#address instanceof SshTunnel ? { socketPath: await this.#address.socketPath() } : this.#address;
    if ('socketPath' in address) await access(address.socketPath);
    const headers = this.#headers;
    const answer = await askEngine(address, '/version', { headers, timeout: maxAnswer });
    const version = supportedVersion((answer as { readonly ApiVersion?: unknown }).ApiVersion);
    let clients: Promise<Clients> | undefined;
    return { version, address, clients: () => (clients ??= this.#clients(address, version)) };
  }

  async #clients(address: EngineAddress, prefix: string): Promise<Clients> {
    // Said explicitly, all of it: dockerode would otherwise take what is missing from DOCKER_HOST.
    const base =
      'socketPath' in address
        ? { socketPath: address.socketPath, host: undefined, port: undefined }
        : { host: address.host, port: address.port, socketPath: undefined };
    const tls = 'socketPath' in address ? undefined : address.tls;
    // Without keep-alive: a connection that outlived a restart of the engine would fail the next call.
    const agent =
      tls === undefined
        ? new http.Agent({ keepAlive: false })
        : new https.Agent({ keepAlive: false, ...tls });
    const headers = this.#headers;
    const protocol = tls === undefined ? 'http' : 'https';
    const options = { ...base, agent, headers, protocol } as unknown as Docker.DockerOptions;
    const { default: Docker } = await import('dockerode');
    const version = prefix.slice(1);
    return {
      docker: new Docker({ ...options, version }),
      asking: new Docker({ ...options, version, timeout: maxAnswer }),
    };
  }

  #failure(error: unknown): RuntimeError {
    if (error instanceof RuntimeError) return error;
    const status = statusOf(error);
    const message = reasonOf(error);
    if (status === undefined) {
      this.#connection = undefined;
      return new RuntimeError('unreachable', message);
    }
    return new RuntimeError(failureKind(status), message);
  }
}

function supportedVersion(theirs: unknown): string {
  try {
    return negotiatedVersion(theirs);
  } catch (error) {
    throw new RuntimeError('failed', (error as Error).message);
  }
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** The engine's own sentence where it gave one. */
function reasonOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: unknown }; message?: string };
  return typeof json?.message === 'string' ? json.message : (message ?? 'unknown error');
}
