import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { auditFilterOptions } from './arguments/auditFilterOptions.ts';
import { commandLine } from './arguments/commandLine.ts';
import type { ExitCode } from './exitCodes.ts';
import { registryHome } from './registry/registryHome.ts';
import { chooseRegistry } from './registry/registryPath.ts';
import type { Terminal } from './output/terminal.ts';
import { installation, packaged } from '../installation.ts';
import { version } from '../version.ts';

/** What every command gets beside its own arguments. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Absolute. */
  readonly registryPath: string;
  /** False where it merely lies in the current folder: {@link requireChosen}. */
  readonly registryChosen: boolean;
  /** A command line to show, with what finds this command and this registry again: `connect vscode --print`. */
  readonly commandLine: (rest: string) => string;
}

/**
 * The command line as data. Each command's code is loaded when it runs, so that `serve` does not wait for the others.
 * Wrong usage is written to stderr and thrown as a CommanderError.
 */
export function buildProgram(terminal: Terminal, finish: (code: ExitCode) => void): Command {
  const program = new Command('lmcp')
    .description('One local endpoint between all MCP clients of this machine and all its MCP servers.')
    .version(version, '-V, --version')
    .option(
      '--registry <path>',
      'the registry (default: LMCP_REGISTRY, else config/registry.yaml here, else in LMCP_HOME)',
      once('--registry'),
    )
    .option('--raw', 'write results to a terminal byte by byte, without escaping anything')
    .on('option:raw', () => terminal.showRaw())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'lmcp: ')),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(lmcp --help shows the commands, lmcp help <command> one of them)');
  const context = (): CommandContext => {
    const flag = program.opts<{ registry?: string }>().registry;
    const { env, cwd } = terminal;
    const place = { cwd, exists: existsSync };
    const command = packaged
      ? join(installation, 'bin', 'lmcp.mjs')
      : join(installation, 'node_modules', '.bin', 'lmcp');
    const registry = chooseRegistry({
      ...place,
      flag,
      variable: env['LMCP_REGISTRY'],
      homeVariable: env['LMCP_HOME'],
      usual: usualRegistry(env),
    });
    return {
      terminal,
      registryPath: registry.path,
      registryChosen: registry.chosen,
      // Where the person's shell is outside of a container, compose.yaml says how to get at the command from there.
      commandLine: (rest) =>
        env['LMCP_COMMAND'] === undefined
          ? commandLine({ ...place, command, path: env['PATH'] ?? '', registry: flag }, rest)
          : `${env['LMCP_COMMAND']} ${rest}`,
    };
  };
  const add: Add = (parent, name, description, run) =>
    parent
      .command(name)
      .description(description)
      .action(async (...given: unknown[]) => {
        // Commander hands over the arguments, then the options, then the command itself.
        const options = given.at(-2) as never;
        const texts = given.slice(0, -2) as (string | string[] | undefined)[];
        const args = texts.flatMap((value) => value ?? '');
        finish(await run(context(), args, options));
      });
  addGateway(program, add);
  addRegistry(program, add);
  addCalls(program, add);
  addServers(program, add);
  addClients(program, add);
  add(
    program,
    'why <client> <server> [tool]',
    'why a client may or may not use it: every check, and the line of the registry that decides',
    async (context, [clientId = '', serverId = '', tool = ''], options) =>
      (await import('./commands/why.ts')).why(
        context,
        { clientId, serverId, tool: tool === '' ? null : tool },
        options,
      ),
  ).option(...jsonOption);
  addTools(program, add);
  addSecrets(program, add);
  addContainers(program, add);
  addAudit(program, add);
  return program;
}

/** A package keeps nothing of the person's in its own folder, which an upgrade replaces. */
function usualRegistry(env: Terminal['env']): string {
  return packaged
    ? join(registryHome({ env, platform: process.platform, home: homedir() }), 'registry.yaml')
    : join(installation, 'config', 'registry.yaml');
}

/** `options` has the type that the command's definition promises: commander gives what its parsers gave. */
type Run = (context: CommandContext, args: readonly string[], options: never) => Promise<ExitCode>;
type Add = (parent: Command, name: string, description: string, run: Run) => Command;

const jsonOption = ['--json', 'JSON for scripts'] as const;
const clientOption = ['--client <id>', 'act as this client', once('--client')] as const;
const transportOption = () =>
  new Option('--transport <name>', "fail unless this is the server's transport").choices(['stdio', 'http']);
/** Of the environment where it is not given: so the image's commands find a gateway on another port. */
const portOption = (description: string) =>
  new Option('--port <number>', description).env('LMCP_PORT').argParser(port);

function addGateway(program: Command, add: Add): void {
  add(program, 'serve', 'start the gateway; with no registry, write one first', async (context, _, options) =>
    (await import('./commands/serve.ts')).serve(context, options),
  )
    .option('--host <address>', 'listen there instead, for this run', once('--host'))
    .addOption(portOption('listen there instead, for this run'))
    .option('--open', 'open the web interface in the browser; without it, ask (on a terminal only)')
    .option('--no-open', 'do not ask');
  add(
    program,
    'status',
    'what the registry says and what the running gateway does; exits 1 when none runs',
    async (context, _, options) => (await import('./commands/status.ts')).status(context, options),
  )
    .option(...jsonOption)
    .option('--limit <number>', 'audit lines to show, at most 500', wholeNumber(0, 500), 10)
    .addOption(portOption('where the gateway listens, if not where the registry says'));
  add(
    program,
    'stdio',
    'stand between the gateway and an application that only starts commands',
    async (context, _, options) => (await import('./commands/stdio.ts')).stdio(context, options),
  )
    .requiredOption('--client <id>', 'as this client', once('--client'))
    .option('--server <id>', 'this server alone, under its own names', once('--server'))
    .option('--start', 'start the gateway where none runs')
    .option(
      '--url <address>',
      'a gateway of another registry; the token is in LMCP_TOKEN then',
      once('--url'),
    )
    .addOption(portOption('where the gateway listens, if not where the registry says'))
    .addOption(new Option('--connection', 'how the bridge reaches the gateway').hideHelp());
  add(
    program,
    'engine-guard',
    'stand between a gateway and the Docker socket; configured by its environment alone',
    async ({ terminal }) => (await import('./commands/engineGuard.ts')).engineGuard(terminal),
  );
  add(
    program,
    'egress-proxy',
    'connect servers in containers to what their egress: entries name; part of compose.yaml',
    async ({ terminal }) => (await import('./commands/egressProxy.ts')).egressProxy(terminal),
  );
  add(
    program,
    'self-test',
    'check authentication, policy and audit log with the registry as it is',
    async (context, _, options) => (await import('./commands/selfTest.ts')).selfTest(context, options),
  ).option(...jsonOption);
}

function addRegistry(program: Command, add: Add): void {
  add(
    program,
    'validate',
    'check the registry; every problem with its line and what to write instead',
    async (context, _, options) => (await import('./commands/validate.ts')).validate(context, options),
  ).option(...jsonOption);
  add(program, 'config', 'the registry as JSON, secrets redacted', async (context) =>
    (await import('./commands/config.ts')).config(context),
  );
  add(program, 'schema', 'the JSON Schema of the registry, for editors', async (context) =>
    (await import('./commands/schema.ts')).schema(context),
  );
}

function addCalls(program: Command, add: Add): void {
  add(
    program,
    'test <server>',
    'reach a server through every check and list its tools',
    async (context, [server = ''], options) =>
      (await import('./commands/test.ts')).test(context, server, options),
  )
    .option(...clientOption)
    .addOption(transportOption())
    .addOption(portOption('where the gateway listens, if not where the registry says'))
    .option(...jsonOption);
  add(
    program,
    'call <server> <tool>',
    'call a tool through every check; prints the result',
    async (context, [server = '', tool = ''], options) =>
      (await import('./commands/call.ts')).call(context, server, tool, options),
  )
    .option('--args-json <json>', 'the arguments, a JSON object', once('--args-json'))
    .option('--args-file <path>', 'the arguments from a file; - is stdin', once('--args-file'))
    .option(...clientOption)
    .addOption(transportOption())
    .addOption(portOption('where the gateway listens, if not where the registry says'));
}

function addServers(program: Command, add: Add): void {
  const server = program.command('server').description('the servers of the registry');
  const live = async () => import('./commands/server/running.ts');
  add(server, 'list', 'servers, what they run and who may use them', async (context, _, options) =>
    (await import('./commands/server/list.ts')).serverList(context, options),
  ).option(...jsonOption);
  add(
    server,
    'add <id> [command...]',
    'add a server, which no client may use yet: a command (after --), --url or --image',
    async (context, [id = '', ...command], options) =>
      (await import('./commands/server/add.ts')).serverAdd(context, id, command, options),
  )
    .option('--url <url>', 'an HTTP server', once('--url'))
    .option(
      '--image <image>',
      'a container of this image; what follows -- are its arguments',
      once('--image'),
    )
    .option('--env <pairs...>', 'variables of its environment: NAME=value')
    .option('--header <pairs...>', 'headers of requests to it: NAME=value')
    .option(...jsonOption);
  for (const enabled of [true, false]) {
    const description = enabled
      ? 'let the clients use it that it is granted to'
      : 'end it and let nobody use it; its grants and policies stay';
    add(
      server,
      `${enabled ? 'enable' : 'disable'} <server>`,
      description,
      async (context, [id = ''], options) =>
        (await import('./commands/server/change.ts')).serverEnabled(context, id, enabled, options),
    ).option(...jsonOption);
  }
  add(
    server,
    'remove <server>',
    'remove a server with its grants and policies; asks first',
    async (context, [id = ''], options) =>
      (await import('./commands/server/change.ts')).serverRemove(context, id, options),
  )
    .option('--yes', 'do not ask')
    .option(...jsonOption);
  add(server, 'restart <server>', 'restart its instances', async (context, [id = ''], options) =>
    (await live()).serverRestart(context, id, options),
  ).option(...jsonOption);
  add(
    program,
    'logs <server>',
    'the end of what a server wrote to stderr',
    async (context, [id = ''], options) => (await live()).serverLogs(context, id, options),
  ).option(...jsonOption);
  for (const change of ['grant', 'revoke'] as const) {
    add(
      program,
      `${change} <client> <server>`,
      change === 'grant' ? 'let a client use a server' : 'let a client no longer use a server',
      async (context, [client = '', id = ''], options) =>
        (await import('./commands/grant.ts')).changeGrant(context, change, [client, id], options),
    ).option(...jsonOption);
  }
}

function addClients(program: Command, add: Add): void {
  const client = program.command('client').description('the clients of the registry');
  add(
    client,
    'list',
    'clients, what they may use, and how their token is kept',
    async (context, _, options) => (await import('./commands/client/list.ts')).clientList(context, options),
  ).option(...jsonOption);
  add(client, 'add <id>', 'add a client; prints its token, this once', async (context, [id = ''], options) =>
    (await import('./commands/client/add.ts')).clientAdd(context, id, options),
  ).option('--allow <servers>', 'servers it may use, comma-separated; none unless given', once('--allow'));
  add(
    client,
    'rotate <id>',
    'give a client a second token; the first stays valid until --finish',
    async (context, [id = ''], options) =>
      (await import('./commands/client/rotate.ts')).clientRotate(context, id, options),
  )
    .option('--revoke-old', 'make the old token invalid immediately')
    .addOption(
      new Option('--finish', 'end a rotation: only the newest token stays valid').conflicts('revokeOld'),
    );
  add(
    client,
    'remove <id>',
    'remove a client; its token is invalid immediately',
    async (context, [id = '']) => (await import('./commands/client/remove.ts')).clientRemove(context, id),
  );

  const management = program.command('management').description('the management token');
  add(management, 'enable', 'set a new management token; prints it, this once', async (context) =>
    (await import('./commands/management.ts')).managementEnable(context),
  );
  add(management, 'disable', 'remove the management token', async (context) =>
    (await import('./commands/management.ts')).managementDisable(context),
  );

  addConnect(program, add);
}

function addConnect(program: Command, add: Add): void {
  add(
    program,
    'connect [app]',
    "write the gateway into an application's configuration: shows the change and asks first",
    async (context, [app = ''], options) =>
      (await import('./commands/connect.ts')).connect(context, app, options),
  )
    .option('--all', 'every application found on this machine')
    .option('--client <id>', 'as this client (default: the one named like the application)', once('--client'))
    .option('--allow <servers>', 'what a client that is new may use, comma-separated', once('--allow'))
    .option('--project', "the project's file in the current folder instead of your own")
    .option('--file <path>', 'this file instead', once('--file'))
    .option('--yes', 'do not ask')
    .option('--undo', 'take the gateway out of the file again')
    .option('--replace', 'also remove the servers that the application now reaches through LMCP')
    .option('--bridge', 'by the bridge (lmcp stdio): the token does not stand in the file')
    .option('--check', 'does each application lead here, with a valid token?')
    .option('--link', 'print a link that the application opens to connect, with the token in it')
    .option('--print', 'print the configuration with the token, write nothing')
    .addOption(portOption('where the gateway listens, if not where the registry says'))
    .option(...jsonOption);
  add(
    program,
    'import [file]',
    "take the servers of applications' configurations, of a file, or of stdin (-) into the registry",
    async (context, [file = ''], options) =>
      (await import('./commands/import.ts')).importServers(context, file, options),
  )
    .option('--from <app>', "this application's files, or the file in its name", once('--from'))
    .option('--client <id>', 'grant the servers to this client', once('--client'))
    .option('--projects', 'grant the servers of projects as well')
    .option('--yes', 'do not ask')
    .option('--undo', 'undo the last import')
    .option(...jsonOption);
  add(
    program,
    'disconnect <app>',
    "take the gateway out of an application's configuration",
    async (context, [app = ''], options: object) =>
      (await import('./commands/connect.ts')).connect(context, app, { ...options, undo: true }),
  )
    .option('--project', "the project's file in the current folder instead of your own")
    .option('--file <path>', 'this file instead', once('--file'))
    .option('--yes', 'do not ask');
}

function addSecrets(program: Command, add: Add): void {
  const secret = program
    .command('secret')
    .description('the secrets that servers use, apart from the registry');
  add(
    secret,
    'set <name> [command...]',
    'set a secret; its value comes from stdin or is asked for, or is printed by a command (after --)',
    async (context, [name = '', ...command], options) =>
      (await import('./commands/secret/set.ts')).secretSet(context, name, command, options),
  )
    .option('--keyring', 'keep the value in the keyring of the operating system')
    .option('--file <path>', 'the value is what this file holds', once('--file'));
  add(
    secret,
    'list',
    'where each secret comes from and which servers use it; never a value',
    async (context, _, options) => (await import('./commands/secret/list.ts')).secretList(context, options),
  ).option(...jsonOption);
  add(secret, 'rm <name>', 'remove a secret', async (context, [name = '']) =>
    (await import('./commands/secret/remove.ts')).secretRemove(context, name),
  );
  add(
    secret,
    'check [name]',
    'read every secret, or this one, from where it comes from; exits 1 where one is missing',
    async (context, [name = ''], options) =>
      (await import('./commands/secret/check.ts')).secretCheck(context, name, options),
  ).option(...jsonOption);
  add(
    secret,
    'use <name> <server> <place>',
    'hand a secret to a server as env.NAME or headers.NAME',
    async (context, [name = '', server = '', place = ''], options) =>
      (await import('./commands/secret/use.ts')).secretUse(context, name, server, place, options),
  ).option('--scheme <word>', 'the word before it in a header, such as Bearer', once('--scheme'));
}

function addContainers(program: Command, add: Add): void {
  const containers = program.command('containers').description('what servers in containers leave behind');
  add(
    containers,
    'prune [server]',
    "remove a server's cache, or those of servers that the registry no longer has",
    async (context, [server = ''], options) =>
      (await import('./commands/containers.ts')).containersPrune(context, server, options),
  ).option('--all', 'of every server, unless a container uses them');
}

function addTools(program: Command, add: Add): void {
  const tools = program
    .command('tools')
    .description('the tools that servers offer, and which of them wait for approval');
  add(
    tools,
    'list <server>',
    'what a server offered last, and what is new or changed since it was looked at',
    async (context, [server = ''], options) =>
      (await import('./commands/tools.ts')).toolsList(context, server, options),
  ).option(...jsonOption);
  add(
    tools,
    'refresh [server]',
    'read again what a server, or every server, lists',
    async (context, [server = '']) => (await import('./commands/tools.ts')).toolsRefresh(context, server),
  );
  add(
    tools,
    'approve <server> [tools...]',
    'approve tools as they are now; with pin_tools they can be called then',
    async (context, [server = '', ...names], options) =>
      (await import('./commands/tools.ts')).toolsApprove(context, server, names, options),
  ).option('--all', 'every tool of the server');
}

function addAudit(program: Command, add: Add): void {
  const audit = program.command('audit').description('the audit log');
  add(
    audit,
    'verify [log]',
    'check the chain over every segment; exits 1 at the first break',
    async (context, [log = ''], options) =>
      (await import('./commands/audit/verify.ts')).auditVerify(context, log, options),
  )
    .option('--key <key>', 'a verifier key, or a file of them; signatures of other keys do not count', all)
    .option('--checkpoint <file>', 'a checkpoint kept elsewhere, which the log must still agree with')
    .option(...jsonOption);
  add(
    audit,
    'checkpoint [log]',
    'the newest signed checkpoint, to be kept elsewhere',
    async (context, [log = ''], options) =>
      (await import('./commands/audit/checkpoint.ts')).auditCheckpoint(context, log, options),
  ).option('--key', 'the key that others need to check the checkpoints');
  add(audit, 'tail [log]', 'the newest lines', async (context, [log = ''], options) =>
    (await import('./commands/audit/tail.ts')).auditTail(context, log, options),
  )
    .option('-n, --lines <number>', 'how many', wholeNumber(0, 1_000_000), 10)
    .option('-f, --follow', 'then every new line, until interrupted')
    .option('--json', 'the lines as they stand in the log');
  const search = add(
    audit,
    'search [log]',
    'the newest lines that match every filter',
    async (context, [log = ''], options) =>
      (await import('./commands/audit/search.ts')).auditSearch(context, log, options),
  )
    .option('-n, --lines <number>', 'how many', wholeNumber(1, 100_000), 100)
    .option(...jsonOption);
  const whole = add(
    audit,
    'export [log]',
    'every line that matches every filter, as it stands in the log',
    async (context, [log = ''], options) =>
      (await import('./commands/audit/export.ts')).auditExport(context, log, options),
  );
  for (const [name, [value, description]] of Object.entries(auditFilterOptions)) {
    for (const command of [search, whole]) {
      command.option(`--${name} ${value}`, description, once(`--${name}`));
    }
  }
}

/** An option that may be said several times. */
function all(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** An option that may be said twice only with one value. */
function once(flag: string): (value: string, previous: string | undefined) => string {
  return (value, previous) => {
    if (value === '') throw new InvalidArgumentError('It is empty.');
    if (previous === undefined || previous === value) return value;
    throw new InvalidArgumentError(`${flag} was given before, as '${previous}'.`);
  };
}

function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

const port = wholeNumber(1, 65_535);
