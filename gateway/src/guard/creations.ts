import { realpath } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { engineLimits, missingLimits } from '../upstream/container/engine/engineLimits.ts';
import { jsonHeaders } from './answer.ts';
import { createAnswer } from './engine/answers.ts';
import type { ByteBudget } from './byteBudget.ts';
import { checkCreate } from './rules/checkCreate.ts';
import { passOnJson } from './engine/engineAnswer.ts';
import type { EngineSide } from './engine/engineSide.ts';
import { volumeRefusal, withRealSources, type CheckedBody, type EngineVolume } from './rules/mountSources.ts';
import { Refusal } from './rules/refusal.ts';
import { ownContainers } from './rules/routes.ts';
import type { GuardRules } from '../registry/container/guardRules/rules.ts';

/** Milliseconds after which the next creation starts, whatever became of this one. */
const longestCreation = 60_000;

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
   * @throws Refusal
   */
  async create({ name, platform }: Wanted, body: unknown, response: ServerResponse): Promise<number> {
    const verdict = checkCreate(name, body, this.#rules);
    if (!verdict.ok) throw new Refusal(`the container may not be created: ${verdict.reason}`);
    const real = await withRealSources(body as Record<string, unknown>, this.#rules, realpath);
    if (!real.ok) throw new Refusal(`the container may not be created: ${real.reason}`);
    await this.#plainVolumes(real.body);
    await this.#heldToLimits();
    const query = new URLSearchParams({ name: name ?? '', ...(platform !== undefined && { platform }) });
    const path = `/containers/create?${query.toString()}`;
    const text = JSON.stringify(real.body);
    const turn = this.#last.then(async () => {
      await this.#roomForOneMore();
      const onward = await this.#engine.request('POST', path, jsonHeaders(text));
      onward.setTimeout(longestCreation, () => onward.destroy(new Error('creating took too long')));
      return passOnJson({ onward, response, budget: this.#budget }, createAnswer, text);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
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

  /** An engine takes limits without a word also where it can't hold a container to them. */
  async #heldToLimits(): Promise<void> {
    const missing = missingLimits(engineLimits(await this.#engine.json('/info')));
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
}
