import { UpstreamError } from '../../errors.ts';
import type { ContainerServer } from '../../registry/types.ts';
import type { OpenChannel } from '../types.ts';
import { CacheLimit } from './caches/cacheLimit.ts';
import { ContainerChannel } from './containerChannel.ts';
import type { EgressGrant, EgressGrants } from './egress.ts';
import type { ContainerEngine, ImageFacts } from './docker/engine/containerEngine.ts';
import { createRequest } from './docker/createRequest.ts';
import { limitWarning, missingLimits, type EngineLimits } from './docker/engine/limits/engineLimits.ts';
import { EventHub } from './docker/engine/eventHub.ts';
import { FormerCaches } from './caches/formerCaches.ts';
import { limitsMissing, missingImage, startFailure } from './failures.ts';
import { containerName } from './docker/labels.ts';
import { WarmCaches } from './caches/warmCaches.ts';
import { VerifiedImages } from './signature/verifiedImages.ts';
import { realMounts, type MountRules } from './mountSources.ts';

export interface ContainerOptions {
  /** This installation's name (`instanceName`); every container carries it. */
  readonly instance: string;
  readonly mounts: MountRules;
  /** Where the stack has an egress proxy. */
  readonly egress?: EgressGrants | undefined;
  /** Told once what the engine does not hold servers to. */
  readonly warn?: (message: string) => void;
  /** Bytes of one server's cache; undefined: as large as the disk. */
  readonly cacheLimit?: number | undefined;
  /** Calls a listener each time the disk of the audit log is full; gives the way to stop listening. */
  readonly onDiskFull?: ((listener: () => void) => () => void) | undefined;
}

/** Opens servers as containers of an engine. One opener serves all servers of a gateway. */
export function openContainer(
  engine: ContainerEngine,
  options: ContainerOptions,
): OpenChannel<ContainerServer> {
  const hub = new EventHub(engine, options.instance);
  const { instance, cacheLimit: limit, warn = () => undefined } = options;
  const caches = limit === undefined ? undefined : new CacheLimit(engine, { instance, limit });
  const verified = new VerifiedImages();
  const warned = new Set<string>();
  /** @throws UpstreamError where the engine lacks one that every server needs */
  const requireLimits = async (server: ContainerServer): Promise<EngineLimits> => {
    const limits = await engine.limits();
    const missing = missingLimits(limits);
    if (missing !== undefined) throw limitsMissing(server, missing);
    const warning = limitWarning(limits);
    if (warning !== undefined && !warned.has(warning)) {
      warned.add(warning);
      warn(warning);
    }
    return limits;
  };
  const start: OpenChannel<ContainerServer> = async (server, events, signal) => {
    try {
      await caches?.requireRoom(server);
      const mounts = await realMounts(server, options.mounts);
      const asked = Promise.all([engine.image(server.spec.image), requireLimits(server)]);
      const [there, machine] = await unlessStopped(server, signal, asked);
      const image = there ?? (await fetchedImage(engine, server, signal));
      const identity = { instance, server: server.id };
      const name = await unlessStopped(server, signal, verified.nameOf(server, image, signal));
      const release = await hub.hold();
      let grant: EgressGrant | undefined;
      try {
        grant = egressGrant(server, options.egress);
        const env = new Map([...server.spec.env, ...(grant?.env ?? [])]);
        const request = createRequest({ ...server.spec, image: name, env, mounts }, image, identity, machine);
        throwIfStopped(server, signal);
        const id = await engine.create(containerName(instance, server.id), request, server.spec.platform);
        return await startAttached({
          engine,
          hub,
          id,
          server,
          events,
          signal,
          onDiskFull: options.onDiskFull,
          caches,
          over: () => grant?.release(),
        });
      } catch (error) {
        grant?.release();
        throw error;
      } finally {
        release();
      }
    } catch (error) {
      throw startFailure(server, error);
    }
  };
  const formerCaches = new FormerCaches({ engine, instance, start, warn });
  const warmCaches = new WarmCaches(start);
  return async function open(server, events, signal) {
    await formerCaches.adopt(server, signal);
    await warmCaches.fill(server, signal);
    return start(server, events, signal);
  };
}

/** @throws UpstreamError where nothing could enforce what the entry allows */
function egressGrant(server: ContainerServer, grants: EgressGrants | undefined): EgressGrant | undefined {
  const { egress } = server.spec;
  if (egress === undefined) return undefined;
  if (grants !== undefined) return grants.grant(server.id, egress);
  throw new UpstreamError(
    'start_failed',
    `Server "${server.id}" could not be started: there is no egress proxy. Run LMCP with docker compose, or remove servers.${server.id}.egress.`,
  );
}

type Created = Omit<ConstructorParameters<typeof ContainerChannel>[0], 'stream'> & { signal: AbortSignal };

/** Attached before the start, so that nothing the server writes is lost; removed again where either fails. */
async function startAttached({ signal, ...parts }: Created): Promise<ContainerChannel> {
  const { engine, id, server } = parts;
  let channel: ContainerChannel | undefined;
  try {
    channel = new ContainerChannel({ ...parts, stream: await engine.attach(id) });
    throwIfStopped(server, signal);
    await engine.start(id);
    throwIfStopped(server, signal);
    return channel;
  } catch (error) {
    await (channel ? channel.discard() : engine.remove(id).catch(() => undefined));
    throw error;
  }
}

/** The facts of an image that is missing, and is fetched first where it may be. */
async function fetchedImage(
  engine: ContainerEngine,
  server: ContainerServer,
  signal: AbortSignal,
): Promise<ImageFacts> {
  const { image, pull, platform } = server.spec;
  if (pull === 'never') throw missingImage(server);
  throwIfStopped(server, signal);
  try {
    await engine.pull(image, signal, platform);
  } catch (error) {
    throwIfStopped(server, signal);
    throw missingImage(server, (error as Error).message);
  }
  const fetched = await engine.image(image);
  if (!fetched) throw missingImage(server);
  return fetched;
}

function throwIfStopped(server: ContainerServer, signal: AbortSignal): void {
  if (signal.aborted) throw beingStopped(server);
}

/** A question to the engine that need not be waited for: nothing comes of it. */
function unlessStopped<T>(server: ContainerServer, signal: AbortSignal, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(beingStopped(server));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function beingStopped(server: ContainerServer): UpstreamError {
  return new UpstreamError('stopped', `Server "${server.id}" is being stopped.`);
}
