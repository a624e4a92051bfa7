import { configuredEndpoint } from '../../registry/configuredEndpoint.ts';
import type { Application } from '../../connect/applications/application.ts';
import { foundApplications } from '../../connect/applications/onThisMachine.ts';
import { dropBridgeToken, performDisconnect, planDisconnect } from '../../connect/write/planDisconnect.ts';
import type { CommandContext } from '../commandContext.ts';
import { readRegistryFile } from '../registry/registryFile.ts';
import { checkApplications } from './check.ts';
import { confirmed } from './confirmed.ts';

/** Takes the gateway out of an application's file: shows the change, and asks on a terminal. */
export async function undo(
  context: CommandContext,
  application: Application,
  path: string,
  yes: boolean,
): Promise<void> {
  const { terminal, registryPath } = context;
  const plan = await planDisconnect(registryPath, application, path);
  if (plan === null) {
    terminal.err(`lmcp: ${application.title} is not connected: ${path}\n`);
    return;
  }
  const { before, text, client, bridged } = plan;
  terminal.err(`lmcp: ${application.title}: ${before.path}${text === null ? ' (removed)' : ''}\n`);
  terminal.out(plan.diff);
  if (!(await confirmed(terminal, yes))) return;
  await performDisconnect(registryPath, plan);
  await dropToken(context, bridged);
  const stays = client === null ? '' : `; client ${client} stays in the registry`;
  terminal.err(`lmcp: ${application.title} is disconnected${stays}\n`);
}

async function dropToken(context: CommandContext, clientId: string | undefined): Promise<void> {
  const file = await readRegistryFile(context).catch(() => undefined);
  if (file === undefined) return;
  const { terminal } = context;
  const found = foundApplications(terminal.env);
  const others = () => checkApplications(file, found, terminal, configuredEndpoint(file.registry.settings));
  if (await dropBridgeToken(file, clientId, others))
    terminal.err(`lmcp: the token that was kept for the bridge of ${clientId} is removed\n`);
}
