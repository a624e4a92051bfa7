import type { ContainerServer } from '../../../registry/types.ts';
import { missingImage } from '../failures.ts';
import type { RuntimeCapabilities } from '../runtime/capabilities.ts';
import type {
  Confinement,
  ContainerRuntime,
  CreatedContainer,
  FoundContainer,
  RuntimeVolumes,
} from '../runtime/containerRuntime.ts';
import { VerifiedImages } from '../signature/verifiedImages.ts';
import { throwIfStopped, unlessStopped } from '../stopped.ts';
import { createRequest } from './createRequest.ts';
import { DockerContainer } from './dockerContainer.ts';
import type { ContainerEngine, CreateRequest, ImageFacts } from './engine/containerEngine.ts';
import { EventHub } from './engine/eventHub.ts';
import { containerName, isOfThisRun } from './labels.ts';

/** Containers of an engine with Docker's API: Docker, Podman, or either behind the engine guard. */
export class DockerRuntime implements ContainerRuntime {
  readonly #engine: ContainerEngine;
  readonly #instance: string;
  readonly #hub: EventHub;
  readonly #verified = new VerifiedImages();
  readonly volumes: RuntimeVolumes;

  /** @param instance this installation's name; every container carries it */
  constructor(engine: ContainerEngine, instance: string) {
    this.#engine = engine;
    this.#instance = instance;
    this.#hub = new EventHub(engine, instance);
    this.volumes = {
      list: (prefix) => engine.volumes(prefix),
      sizes: (prefix) => engine.volumeSizes(prefix),
      remove: (name) => engine.removeVolume(name),
    };
  }

  /** As the engine names its own release: `28.2.2`. */
  release(): Promise<string> {
    return this.#engine.release();
  }

  capabilities(): Promise<RuntimeCapabilities> {
    return this.#engine.limits();
  }

  async create(
    server: ContainerServer,
    confinement: Promise<Confinement>,
    signal: AbortSignal,
  ): Promise<CreatedContainer> {
    const found = this.#engine.image(server.spec.image);
    const opening = this.#hub.hold();
    // Awaited only once the confinement is known, which may be never.
    for (const pending of [found, opening]) pending.catch(() => undefined);
    try {
      const { spec, capabilities } = await unlessStopped(server, signal, confinement);
      const there = await unlessStopped(server, signal, found);
      const facts = there ?? (await this.#fetchedImage(server, signal));
      const image = await unlessStopped(server, signal, this.#verified.nameOf(server, facts, signal));
      const identity = { instance: this.#instance, server: server.id };
      const request = createRequest({ ...spec, image }, facts, identity, capabilities);
      return await this.#created({ ...server, spec }, request, signal);
    } finally {
      releaseOnceHeld(opening);
    }
  }

  /** Holds the event stream by itself: one that was opened before a long pull may have broken, and is reopened then. */
  async #created(
    server: ContainerServer,
    request: CreateRequest,
    signal: AbortSignal,
  ): Promise<CreatedContainer> {
    const held = this.#hub.hold();
    try {
      const release = await unlessStopped(server, signal, held);
      throwIfStopped(server, signal);
      return await this.#attached(server, request, release);
    } catch (error) {
      releaseOnceHeld(held);
      throw error;
    }
  }

  /** Attached before the start, so that nothing the server writes is lost; removed again where that fails. */
  async #attached(
    { id: serverId, spec }: ContainerServer,
    request: CreateRequest,
    release: () => void,
  ): Promise<DockerContainer> {
    const engine = this.#engine;
    const id = await engine.create(containerName(this.#instance, serverId), request, spec.platform);
    try {
      return new DockerContainer({ engine, id, hub: this.#hub, release, stream: await engine.attach(id) });
    } catch (error) {
      await engine.remove(id).catch(() => undefined);
      throw error;
    }
  }

  async list(): Promise<readonly FoundContainer[]> {
    const found = await this.#engine.list(this.#instance);
    return found.map(({ id, name, server }) => ({ id, server, isOfThisRun: isOfThisRun(name) }));
  }

  remove(id: string): Promise<void> {
    return this.#engine.remove(id);
  }

  /** The facts of an image that is missing, and is fetched first where it may be. */
  async #fetchedImage(server: ContainerServer, signal: AbortSignal): Promise<ImageFacts> {
    const { image, pull, platform } = server.spec;
    if (pull === 'never') throw missingImage(server);
    throwIfStopped(server, signal);
    try {
      await this.#engine.pull(image, signal, platform);
    } catch (error) {
      throwIfStopped(server, signal);
      throw missingImage(server, (error as Error).message);
    }
    const fetched = await this.#engine.image(image);
    if (!fetched) throw missingImage(server);
    return fetched;
  }
}

/** Also where the hold comes only after nobody waits for it any more. */
function releaseOnceHeld(held: Promise<() => void>): void {
  held.then(
    (release) => release(),
    () => undefined,
  );
}
