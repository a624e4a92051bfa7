import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { baseUrl } from '../../../endpoint.ts';
import { insideImage } from '../../../registry/container/productImage.ts';
import type { CommandContext } from '../../commandContext.ts';
import { CommandFailure, ExitCode, usageFailure } from '../../exitCodes.ts';
import { findGateway } from '../../live/findGateway.ts';
import { awaitGateway } from '../../live/startInBackground.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { installedProgram, thisMachine } from '../../service/installed.ts';
import { programOf, requireNoOtherVariables } from '../../service/recordedShell.ts';
import { serviceFor } from '../../service/serviceFor.ts';
import type { CommandLine, Service } from '../../service/service.ts';

/** `lmcp service install`: the gateway starts when the person logs in. */
export async function serviceInstall(
  context: CommandContext,
  options: { readonly dryRun?: true },
): Promise<ExitCode> {
  const { terminal } = context;
  const service = ownService(context);
  await requireNoOtherVariables(context);
  if (options.dryRun === true) {
    terminal.err(`lmcp: into ${service.file}; then: ${commandsText(service.install)}\n`);
    terminal.out(service.text.replace('\uFEFF', ''));
    return ExitCode.fine;
  }
  const earlier = await installedProgram(service);
  if (earlier === undefined) await requireNoGateway(context);
  else await runAll(context, service.uninstall, { mayFail: true });
  await mkdir(dirname(service.file), { recursive: true });
  await writeFile(service.file, service.text, { encoding: service.encoding, mode: 0o600 });
  await runAll(context, service.install);
  const reach = await awaitGateway(async () => findGateway(await readRegistryFile(context)));
  if (reach === undefined) {
    throw new CommandFailure(
      `the service is installed (${service.file}), and its gateway does not answer: ${context.commandLine('service logs')}`,
    );
  }
  terminal.err(
    `lmcp: the gateway runs at ${baseUrl(reach)}, as a service of ${service.manager}: ${service.file}\n`,
  );
  if (service.note !== null) terminal.err(`lmcp: ${service.note}\n`);
  return ExitCode.fine;
}

/** `lmcp service uninstall`: ends it and removes its file; registry and log stay. */
export async function serviceUninstall(context: CommandContext): Promise<ExitCode> {
  const service = await installedService(context);
  await runAll(context, service.uninstall);
  await rm(service.file);
  context.terminal.err(`lmcp: the service is removed: ${service.file}\n`);
  return ExitCode.fine;
}

/** `lmcp service status`, `lmcp service logs`: as the platform's own command tells it. */
export async function serviceShow(context: CommandContext, what: 'status' | 'logs'): Promise<ExitCode> {
  const service = await installedService(context);
  return (await run(context, service[what])) === 0 ? ExitCode.fine : ExitCode.failed;
}

function ownService(context: CommandContext): Service {
  if (insideImage())
    throw usageFailure('in a container the engine starts the gateway: give it a restart policy');
  return serviceFor(thisMachine(context.terminal), programOf(context));
}

async function installedService(context: CommandContext): Promise<Service> {
  const service = ownService(context);
  if ((await installedProgram(service)) !== undefined) return service;
  throw new CommandFailure(`no service of LMCP is installed: ${context.commandLine('service install')}`);
}

async function requireNoGateway(context: CommandContext): Promise<void> {
  const file = await readRegistryFile(context).catch(() => undefined);
  const found = file === undefined ? undefined : await findGateway(file);
  if (found?.kind === 'running')
    throw new CommandFailure(`a gateway runs at ${baseUrl(found.reach)}: stop it first`);
}

/** @throws CommandFailure where one fails */
async function runAll(
  context: CommandContext,
  commands: readonly CommandLine[],
  { mayFail = false } = {},
): Promise<void> {
  for (const command of commands) {
    if ((await run(context, command)) !== 0 && !mayFail)
      throw new CommandFailure(`this failed: ${commandsText([command])}`);
  }
}

function commandsText(commands: readonly CommandLine[]): string {
  return commands.map((command) => command.join(' ')).join('; ');
}

/** What it prints goes through the printer. @throws CommandFailure where the program is not there */
function run({ terminal }: CommandContext, [program, ...args]: CommandLine): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => terminal.out(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => terminal.err(text));
    child.once('error', () =>
      reject(new CommandFailure(`${program} cannot be started: this system has no such service manager`)),
    );
    child.once('close', resolve);
  });
}
