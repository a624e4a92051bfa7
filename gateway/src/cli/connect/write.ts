import { withoutServers } from '../../connect/change.ts';
import type { Application } from '../../connect/applications/application.ts';
import {
  connectDiff,
  isPerformed,
  performConnect,
  planConnect,
  rejectTracked,
  type ConnectPlan,
} from '../../connect/write/planConnect.ts';
import type { Endpoint } from '../../endpoint.ts';
import { changeRegistry } from '../registry/changeRegistry.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';
import type { CommandContext } from '../commandContext.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { confirmed } from './confirmed.ts';
import { ownServers, serversElsewhere, type OtherFile, type OwnServers } from './replaced.ts';

/** Servers that the application has beside LMCP. */
interface Beside {
  /** In the file that is written. */
  readonly own: OwnServers;
  readonly elsewhere: readonly OtherFile[];
}

/** The plan, and the servers that the application has; undefined where they are not to be removed. */
interface Planned {
  readonly plan: ConnectPlan;
  readonly beside: Beside | undefined;
}

export interface WriteOptions {
  readonly client?: string;
  readonly allow: readonly string[];
  readonly yes?: true;
  readonly bridge?: true;
  readonly replace?: true;
  readonly project?: true;
}

/**
 * Writes the gateway into an application's file: shows the change, asks on a terminal, and keeps what is needed to undo it.
 * Without a terminal nothing is written unless `--yes` says so.
 * @param path the application's file
 */
export async function writeInto(
  context: CommandContext,
  file: RegistryFile,
  application: Application,
  path: string,
  endpoint: Endpoint,
  options: WriteOptions,
): Promise<void> {
  const { terminal, commandLine } = context;
  const { plan, beside } = await planned(context, file, application, path, endpoint, options);
  const { before, clientId } = plan;
  if (await isPerformed(file, plan)) {
    terminal.err(`lmcp: ${application.title} is connected already: ${before.path}\n`);
    return;
  }
  await rejectTracked(plan, commandLine);
  describe(context, plan, beside);
  if (!(await confirmed(terminal, options.yes === true))) return;
  await performConnect(file, plan, (patch) => changeRegistry(file, patch));
  terminal.err(`lmcp: ${application.title} is connected as ${clientId}: ${before.path}\n`);
  terminal.err(`lmcp: to undo it: ${commandLine(`connect ${application.name} --undo`)}\n`);
  if (application.note !== undefined) terminal.err(`lmcp: ${application.note}\n`);
}

async function planned(
  { terminal, commandLine }: CommandContext,
  file: RegistryFile,
  application: Application,
  path: string,
  endpoint: Endpoint,
  options: WriteOptions,
): Promise<Planned> {
  const clientId = options.client ?? application.name;
  const { allow } = options;
  const client = file.registry.clients.get(clientId);
  if (client !== undefined && allow.length > 0)
    throw usageFailure(`client ${clientId} is in the registry already: --allow is for a client that is new`);
  const byBridge = options.bridge === true;
  const plan = await planConnect(file, {
    ...{ application, clientId, path, endpoint },
    ...{ byBridge, allow, commandLine },
  });
  if (options.replace !== true) return { plan, beside: undefined };
  const own = await ownServers(
    file,
    application,
    plan.before.text ?? '',
    client?.allowServers ?? new Set(allow),
    options.project === true ? terminal.cwd : null,
  );
  const result = withoutServers(application, plan.text, own.reached);
  if (!result.ok) throw new CommandFailure(`${plan.before.path} was not changed: ${result.message}`);
  const elsewhere = await serversElsewhere(application, plan.before.path, file.env, terminal.cwd);
  return { plan: { ...plan, text: result.text, removed: own.reached }, beside: { own, elsewhere } };
}

function describe(
  { terminal, commandLine }: CommandContext,
  plan: ConnectPlan,
  beside: Beside | undefined,
): void {
  const { application, before, token } = plan;
  terminal.err(`lmcp: ${application.title}: ${before.path}${before.text === null ? ' (new)' : ''}\n`);
  terminal.out(connectDiff(plan));
  if (token.note !== null) terminal.err(`lmcp: ${token.note}\n`);
  if (beside === undefined) return;
  const { own, elsewhere } = beside;
  if (own.reached.length > 0)
    terminal.err(`lmcp: reached through LMCP from now on: ${own.reached.join(', ')}\n`);
  if (own.others.length > 0) {
    const import_ = commandLine(`import --from ${application.name}`);
    terminal.err(
      `lmcp: these stay in the file, since LMCP does not have them: ${own.others.join(', ')}; ${import_}\n`,
    );
  }
  for (const { path, servers } of elsewhere)
    terminal.err(
      servers === undefined
        ? `lmcp: not changed: ${path} could not be read, and may have servers, too\n`
        : `lmcp: not changed: ${path} has servers, too: ${servers.join(', ')}\n`,
    );
}
