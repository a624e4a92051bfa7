import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { commandLine } from './arguments/commandLine.ts';
import type { CommandContext } from './commandContext.ts';
import type { ExitCode } from './exitCodes.ts';
import type { Terminal } from './output/terminal.ts';
import { addApplications } from './program/applications.ts';
import { addAudit } from './program/audit.ts';
import { addBackup } from './program/backup.ts';
import { addCalls, addWhy } from './program/calls.ts';
import { addClients } from './program/clients.ts';
import { addCompletion } from './program/completion.ts';
import { addContainers } from './program/containers.ts';
import { once, type Add } from './program/definition.ts';
import { addGateway } from './program/gateway.ts';
import { addRegistry } from './program/registry.ts';
import { addSecrets } from './program/secrets.ts';
import { addServers } from './program/servers.ts';
import { addTools } from './program/tools.ts';
import { registryHome } from './registry/registryHome.ts';
import { chooseRegistry } from './registry/registryPath.ts';
import { installation, packaged } from '../installation.ts';
import { version } from '../version.ts';

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
  const add: Add = (parent, name, description, run, options = { hidden: false }) =>
    parent
      .command(name, options)
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
  addBackup(program, add);
  addCalls(program, add);
  addServers(program, add);
  addClients(program, add);
  addApplications(program, add);
  addWhy(program, add);
  addTools(program, add);
  addSecrets(program, add);
  addContainers(program, add);
  addAudit(program, add);
  addCompletion(program, add);
  return program;
}

/** A package keeps nothing of the person's in its own folder, which an upgrade replaces. */
function usualRegistry(env: Terminal['env']): string {
  return packaged
    ? join(registryHome({ env, platform: process.platform, home: homedir() }), 'registry.yaml')
    : join(installation, 'config', 'registry.yaml');
}
