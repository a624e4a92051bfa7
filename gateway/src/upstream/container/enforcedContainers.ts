import { isDeepStrictEqual } from 'node:util';
import type { UpstreamError } from '../../errors.ts';
import type { ContainerServer } from '../../registry/types.ts';
import { keyUnenforceable, limitsMissing } from './failures.ts';
import {
  limitWarning,
  missingLimits,
  unenforceableKey,
  type RuntimeCapabilities,
} from './runtime/capabilities.ts';
import type { ContainerRuntime, CreatedContainer } from './runtime/containerRuntime.ts';
import { unlessStopped } from './stopped.ts';

/**
 * Creates containers whose limits the runtime can enforce. What it can enforce is asked for each container, because an engine may
 * have been restarted with other settings. Docker takes some 7 ms to answer, so the container is created meanwhile by the answer
 * before; it is returned, and so started, only if the new answer is the same.
 */
export class EnforcedContainers {
  readonly #runtime: ContainerRuntime;
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();
  #known: RuntimeCapabilities | undefined;

  /** @param warn called once for each thing that the runtime can't enforce on any server */
  constructor(runtime: ContainerRuntime, warn: (message: string) => void) {
    this.#runtime = runtime;
    this.#warn = warn;
  }

  /**
   * @param confine gives what is created, once the runtime may create it
   * @throws UpstreamError if the runtime can't enforce what every server needs, or what this entry names; what
   * ContainerRuntime.create throws
   */
  async create(
    server: ContainerServer,
    confine: () => ContainerServer,
    signal: AbortSignal,
  ): Promise<CreatedContainer> {
    const asked = unlessStopped(server, signal, this.#runtime.capabilities());
    const before = this.#known;
    if (before === undefined || denialOf(server, before) !== undefined) {
      const capabilities = this.#checked(server, await asked);
      return this.#runtime.create(confine(), capabilities, signal);
    }
    asked.catch(() => undefined);
    const confined = confine();
    const container = await this.#runtime.create(confined, before, signal);
    let now: RuntimeCapabilities;
    try {
      now = this.#checked(server, await asked);
      if (isDeepStrictEqual(now, before)) return container;
    } catch (error) {
      await discard(container);
      throw error;
    }
    await discard(container);
    return this.#runtime.create(confined, now, signal);
  }

  #checked(server: ContainerServer, capabilities: RuntimeCapabilities): RuntimeCapabilities {
    this.#known = capabilities;
    const denial = denialOf(server, capabilities);
    if (denial !== undefined) throw denial;
    const warning = limitWarning(capabilities);
    if (warning !== undefined && !this.#warned.has(warning)) {
      this.#warned.add(warning);
      this.#warn(warning);
    }
    return capabilities;
  }
}

function denialOf(server: ContainerServer, capabilities: RuntimeCapabilities): UpstreamError | undefined {
  const missing = missingLimits(capabilities);
  if (missing !== undefined) return limitsMissing(server, capabilities.name, missing);
  const key = unenforceableKey(server.spec, capabilities);
  if (key !== undefined) return keyUnenforceable(server, capabilities.name, key);
  return undefined;
}

/** It was never started. What can't be removed is left for the sweep. */
async function discard(container: CreatedContainer): Promise<void> {
  container.detach();
  await container.remove().catch(() => undefined);
}
