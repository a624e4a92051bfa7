import { Option, type Command } from 'commander';
import { jsonOption, once, portOption, wholeNumber, type Add } from './definition.ts';

export function addGateway(program: Command, add: Add): void {
  add(program, 'serve', 'start the gateway; with no registry, write one first', async (context, _, options) =>
    (await import('../commands/gateway/serve.ts')).serve(context, options),
  )
    .option('--host <address>', 'listen there instead, for this run', once('--host'))
    .addOption(portOption('listen there instead, for this run'))
    .option('--open', 'open the web interface in the browser; without it, ask (on a terminal only)')
    .option('--no-open', 'do not ask');
  add(
    program,
    'status',
    'what the registry says and what the running gateway does; exits 1 when none runs',
    async (context, _, options) => (await import('../commands/gateway/status.ts')).status(context, options),
  )
    .option(...jsonOption)
    .option('--limit <number>', 'audit lines to show, at most 500', wholeNumber(0, 500), 10)
    .addOption(portOption('where the gateway listens, if not where the registry says'));
  add(
    program,
    'start',
    'open the interface of the running gateway, or start the gateway; lmcp without a command does the same on a terminal',
    async (context, _, options) => (await import('../commands/gateway/start.ts')).start(context, options),
  ).addOption(portOption('where the gateway listens, if not where the registry says'));
  add(program, 'open', 'open the web interface, signed in by a one-time link', async (context, _, options) =>
    (await import('../commands/gateway/open.ts')).open(context, options),
  )
    .option('--print', 'print the link only')
    .option(...jsonOption)
    .addOption(portOption('where the gateway listens, if not where the registry says'));
  addService(program, add);
  add(
    program,
    'doctor',
    'check all that calls depend on, from Node to each application; every finding with its fix',
    async (context, _, options) => (await import('../commands/gateway/doctor.ts')).doctor(context, options),
  ).option(...jsonOption);
  add(
    program,
    'stdio',
    'connect an application that only starts commands to the gateway',
    async (context, _, options) => (await import('../commands/gateway/stdio.ts')).stdio(context, options),
  )
    .requiredOption('--client <id>', 'as this client', once('--client'))
    .option('--server <id>', 'only this server, under its own names', once('--server'))
    .option('--start', 'start the gateway where none runs')
    .option(
      '--url <address>',
      'a gateway of another registry; the token is in LMCP_TOKEN then',
      once('--url'),
    )
    .option(
      '--socket <path>',
      'the socket of the client (clients.<id>.socket), which needs no token',
      once('--socket'),
    )
    .addOption(portOption('where the gateway listens, if not where the registry says'))
    .addOption(new Option('--connection', 'how the bridge reaches the gateway').hideHelp());
  add(
    program,
    'engine-guard',
    'restrict what a gateway may ask of the container engine; configured by its environment',
    async ({ terminal }) => (await import('../commands/containers/engineGuard.ts')).engineGuard(terminal),
  );
  add(
    program,
    'egress-proxy',
    'connect servers in containers to what their egress: entries name; part of compose.yaml',
    async ({ terminal }) => (await import('../commands/containers/egressProxy.ts')).egressProxy(terminal),
  );
  add(
    program,
    'self-test',
    'check authentication, policy and audit log with the registry as it is',
    async (context, _, options) =>
      (await import('../commands/gateway/selfTest.ts')).selfTest(context, options),
  ).option(...jsonOption);
}

function addService(program: Command, add: Add): void {
  const service = program
    .command('service')
    .description('the gateway as a service of the system, which starts when you log in');
  const commands = async () => import('../commands/gateway/service.ts');
  add(
    service,
    'install',
    'install it, with the PATH and the Node of this shell, and start it',
    async (context, _, options) => (await commands()).serviceInstall(context, options),
  ).option('--dry-run', 'print its file and do nothing');
  add(service, 'uninstall', 'end and remove it', async (context) =>
    (await commands()).serviceUninstall(context),
  );
  add(service, 'status', 'how it is, by the service manager', async (context) =>
    (await commands()).serviceShow(context, 'status'),
  );
  add(service, 'logs', 'what it prints, as it comes', async (context) =>
    (await commands()).serviceShow(context, 'logs'),
  );
}
