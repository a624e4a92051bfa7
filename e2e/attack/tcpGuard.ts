import { startGuard, type Guard } from '../../gateway/src/guard/startGuard.ts';
import { DockerEngine } from '../../gateway/src/upstream/container/docker/engine/dockerEngine.ts';
import {
  containerServer,
  containersOf,
  realEngine,
  runServer,
  sweepInstance,
  testInstance,
} from '../harness/docker/containers.ts';

const secret = 'f0'.repeat(32);

/** A guard on TCP before the real engine, with a server behind it that has no network: the alternative to compose. */
export class TcpGuard implements AsyncDisposable {
  readonly instance: string;
  readonly secret = secret;
  readonly port: number;
  /** The server's container. */
  readonly victim: string;
  readonly #guard: Guard;
  readonly #log: Log;

  private constructor(instance: string, victim: string, guard: Guard, log: Log) {
    this.instance = instance;
    this.victim = victim;
    this.port = guard.port ?? 0;
    this.#guard = guard;
    this.#log = log;
  }

  static async start(): Promise<TcpGuard> {
    const instance = testInstance();
    const log: Log = { done: 0, rejected: 0 };
    const guard = await startGuard({
      engine: realEngine().address,
      listen: { host: '127.0.0.1', port: 0 },
      secret,
      rules: {
        instance,
        ...{ readOnlyRoots: [], writableRoots: [], forbidden: [], volumes: [], networks: [] },
        ...{ maxMemory: 1024 ** 3, maxCpus: 4, maxPids: 512, maxContainers: 4 },
        totalMemory: undefined,
        totalPids: 16_384,
        totalVolumes: 64,
        ...{ pull: false, egressProxy: undefined, registries: undefined },
      },
      logger: { info: () => log.done++, warn: () => log.rejected++, error: () => log.rejected++ },
    });
    const engine = new DockerEngine({ host: '127.0.0.1', port: guard.port ?? 0 }, secret);
    const server = await runServer(containerServer({}), { engine, instance, seesHost: false });
    // It goes with its attachment when the guard closes.
    server.ended.catch(() => undefined);
    const [container] = await containersOf(instance);
    return new TcpGuard(instance, container?.Id ?? '', guard, log);
  }

  /** How many changes the guard made, and how many requests it rejected. */
  get log(): Readonly<Log> {
    return { ...this.#log };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await sweepInstance(new DockerEngine(realEngine().address), this.instance);
    await this.#guard.close();
  }
}

interface Log {
  done: number;
  rejected: number;
}
