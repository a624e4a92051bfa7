import type { Logger } from '../logger.ts';
import { printable } from '../printable.ts';
import type { EngineSide } from './engine/engineSide.ts';
import { removeEgressNetworks } from './egressNetworks.ts';
import { ownContainers } from './rules/routes.ts';
import type { GuardRules } from '../registry/container/guardRules/rules.ts';

/**
 * Removes the installation's containers, and the networks of those with `egress:`. One that ignores the end of its input would outlive a gateway that was killed, and
 * when the guard ends too, nobody else can remove it. A failure is logged.
 */
export async function removeOwn(engine: EngineSide, rules: GuardRules, logger: Logger): Promise<void> {
  try {
    const found = (await engine.json(ownContainers(rules))) as readonly { Id: string }[] | undefined;
    await Promise.all(
      (found ?? []).map(async ({ Id: id }) => {
        const status = await engine.status('DELETE', `/containers/${id}?force=true&v=true`);
        const outcome = status < 400 || status === 404 ? 'done' : `failed (${status})`;
        logger.info(`engine guard: remove ${id.slice(0, 12)} at the end: ${outcome}`);
      }),
    );
    await removeEgressNetworks(engine, rules.instance, rules.egressProxy);
  } catch (error) {
    logger.error(`engine guard: containers may be left behind: ${printable((error as Error).message)}`);
  }
}
