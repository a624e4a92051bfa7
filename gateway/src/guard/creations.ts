import { realpath } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { cacheVolumePrefix } from '../registry/container/installation.ts';
import { missingLimits, type RuntimeCapabilities } from '../upstream/container/runtime/capabilities.ts';
import { readLimits } from '../upstream/container/docker/engine/limits/readLimits.ts';
import { jsonHeaders } from './answer.ts';
import { createAnswer } from './engine/answers.ts';
import type { ByteBudget } from './byteBudget.ts';
import { checkCreate, isEgressNetwork, machineDenial } from './rules/checkCreate.ts';
import { joinEgressNetwork } from './egressNetworks.ts';
import { passOnJson } from './engine/engineAnswer.ts';
import type { EngineSide } from './engine/engineSide.ts';
import { volumeDenial, withRealSources, type CheckedBody, type EngineVolume } from './rules/mountSources.ts';
import { Denial } from './rules/denial.ts';
import { ownCaches, ownContainers } from './rules/routes.ts';
import { allowedSums, askedFor, sumDenial, sumsOf, type Sums } from './rules/sums.ts';
import type { GuardRules } from '../registry/container/guardRules/rules.ts';

/** HTTP status of a denial that ends when other containers do. */
const tooMuch = 429;
/** Milliseconds after which the next creation starts, whatever became of this one. */
const maxCreation = 60_000;

interface Wanted {
  readonly name: string | undefined;
  readonly platform: string | undefined;
}

/** Checks create requests and sends them to the engine, one after the other, so that each counts those before it. */
export class Creations {
  readonly #rules: GuardRules;
  readonly #engine: EngineSide;
  readonly #budget: ByteBudget;
  #last: Promise<unknown> = Promise.resolve();

  constructor(rules: GuardRules, engine: EngineSide, budget: ByteBudget) {
    this.#rules = rules;
    this.#engine = engine;
    this.#budget = budget;
  }

  /**
   * Gives the engine's status.
   * @throws Denial
   */
  async create({ name, platform }: Wanted, body: unknown, response: ServerResponse): Promise<number> {
    const verdict = checkCreate(name, body, this.#rules);
    if (!verdict.ok) throw new Denial(`the container may not be created: ${verdict.reason}`);
    const real = await withRealSources(body as Record<string, unknown>, this.#rules, realpath);
    if (!real.ok) throw new Denial(`the container may not be created: ${real.reason}`);
    await this.#plainVolumes(real.body);
    const info = await this.#engine.json('/info');
    const limits = await readLimits(info, (path) => this.#engine.json(path));
    requireLimits(limits, body);
    this.#requireEgress(limits, real.body);
    const most = allowedSums(this.#rules, info);
    const query = new URLSearchParams({ name: name ?? '', ...(platform !== undefined && { platform }) });
    const path = `/containers/create?${query.toString()}`;
    const text = JSON.stringify(real.body);
    const turn = this.#last.then(async () => {
      await this.#roomForOneMore(askedFor(body), most);
      await this.#roomForCaches(real.body);
      await this.#egress(real.body);
      const onward = await this.#engine.request('POST', path, jsonHeaders(text));
      onward.setTimeout(maxCreation, () => onward.destroy(new Error('creating took too long')));
      return passOnJson({ onward, response, budget: this.#budget }, createAnswer, text);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #requireEgress(
    { name, egress }: RuntimeCapabilities,
    { HostConfig: { NetworkMode: network } }: CheckedBody,
  ): void {
    if (egress || !isEgressNetwork(network, this.#rules.instance)) return;
    throw new Denial(`the container may not be created: ${name} can’t enforce egress`);
  }

  async #egress({ HostConfig: { NetworkMode: network } }: CheckedBody): Promise<void> {
    const { instance, egressProxy } = this.#rules;
    if (egressProxy === undefined || !isEgressNetwork(network, instance)) return;
    await joinEgressNetwork(this.#engine, network, egressProxy);
  }

  /** A named volume may have been made as a bind mount of any folder. */
  async #plainVolumes(body: CheckedBody): Promise<void> {
    for (const { Type: type, Source: name } of body.HostConfig.Mounts) {
      if (type !== 'volume') continue;
      const volume = (await this.#engine.json(`/volumes/${name}`)) as EngineVolume | undefined;
      const denial = volumeDenial(volume);
      if (denial !== undefined) {
        throw new Denial(`the container may not be created: the volume ${name}: ${denial}`);
      }
    }
  }

  async #roomForOneMore(wanted: Sums, most: Sums): Promise<void> {
    const { maxContainers } = this.#rules;
    const all = (await this.#engine.json(ownContainers(this.#rules))) as unknown[] | undefined;
    if ((all?.length ?? 0) >= maxContainers) {
      throw new Denial(
        `there are ${maxContainers} containers already, the most that the guard allows (LMCP_GUARD_MAX_CONTAINERS)`,
        tooMuch,
      );
    }
    const denial = sumDenial(sumsOf(all, this.#rules), wanted, most);
    if (denial !== undefined) throw new Denial(denial, tooMuch);
  }

  async #roomForCaches(body: CheckedBody): Promise<void> {
    const prefix = cacheVolumePrefix(this.#rules.instance);
    const wanted = body.HostConfig.Mounts.filter(
      ({ Type: type, Source: source }) => type === 'volume' && source.startsWith(prefix),
    );
    if (wanted.length === 0) return;
    const { totalVolumes } = this.#rules;
    const answer = (await this.#engine.json(ownCaches(this.#rules))) as
      { Volumes?: readonly { Name?: string }[] | null } | undefined;
    const there = (answer?.Volumes ?? []).map(({ Name: name }) => name);
    const more = wanted.filter(({ Source: source }) => !there.includes(source)).length;
    if (more === 0 || there.length + more <= totalVolumes) return;
    throw new Denial(
      `there are ${there.length} cache volumes already, and the guard allows ${totalVolumes} (LMCP_GUARD_TOTAL_VOLUMES); remove those of former servers: lmcp containers prune`,
      tooMuch,
    );
  }
}

/** An engine takes limits without a word also where it can't hold a container to them. */
function requireLimits(limits: RuntimeCapabilities, body: unknown): void {
  const excess = machineDenial(body, limits.machineCpus);
  if (excess !== undefined) throw new Denial(`the container may not be created: ${excess}`);
  const missing = missingLimits(limits);
  if (missing === undefined) return;
  throw new Denial(
    `the container may not be created: ${limits.name} can’t hold it to its limit of ${missing} (a rootless engine needs cgroup v2 with systemd for that)`,
  );
}
