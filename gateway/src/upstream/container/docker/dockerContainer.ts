import type { Duplex, Writable } from 'node:stream';
import type { ContainerSink, CreatedContainer } from '../runtime/containerRuntime.ts';
import { Demultiplexer } from './demultiplexer.ts';
import type { ContainerEngine, ContainerEvent } from './engine/containerEngine.ts';
import type { EventHub } from './engine/eventHub.ts';

interface Parts {
  readonly engine: ContainerEngine;
  readonly id: string;
  /** Held until `release`. */
  readonly hub: EventHub;
  readonly release: () => void;
  /** Attached, before the start. */
  readonly stream: Duplex;
}

/** A container of the engine, by its attach stream and the engine's events. */
export class DockerContainer implements CreatedContainer {
  readonly #engine: ContainerEngine;
  readonly #id: string;
  readonly #hub: EventHub;
  readonly #stream: Duplex;
  #release: () => void;

  constructor({ engine, id, hub, release, stream }: Parts) {
    this.#engine = engine;
    this.#id = id;
    this.#hub = hub;
    this.#release = release;
    this.#stream = stream;
  }

  get stdin(): Writable {
    return this.#stream;
  }

  listen(sink: ContainerSink): void {
    const release = this.#release;
    this.#release = this.#hub.listen(this.#id, (event) => tell(sink, event));
    release();
    const demultiplexer = new Demultiplexer(
      (chunk) => sink.stdout(chunk),
      (chunk) => sink.stderr(chunk),
    );
    const over = (): void => sink.outputEnded();
    this.#stream.on('data', (chunk: Buffer) => {
      if (demultiplexer.push(chunk)) return;
      this.#stream.pause();
      sink.malformed();
    });
    this.#stream.on('end', over);
    this.#stream.on('close', over);
  }

  start(): Promise<void> {
    return this.#engine.start(this.#id);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  processes(): Promise<number | undefined> {
    return this.#engine.processes(this.#id);
  }

  stop(graceS: number): Promise<void> {
    return this.#engine.stop(this.#id, graceS);
  }

  remove(): Promise<void> {
    return this.#engine.remove(this.#id);
  }

  detach(): void {
    this.#release();
    this.#release = () => undefined;
    this.#stream.destroy();
  }
}

function tell(sink: ContainerSink, event: ContainerEvent): void {
  if (event.type === 'oom') sink.outOfMemory();
  else if (event.type === 'die') sink.exited(event.exitCode);
  else sink.removed();
}
