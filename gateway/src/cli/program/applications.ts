import type { Command } from 'commander';
import { jsonOption, once, portOption, type Add } from './definition.ts';

export function addApplications(program: Command, add: Add): void {
  add(
    program,
    'connect [app]',
    "write the gateway into an application's configuration: shows the change and asks first",
    async (context, [app = ''], options) =>
      (await import('../commands/connect.ts')).connect(context, app, options),
  )
    .option('--all', 'every application found on this machine')
    .option('--client <id>', 'as this client (default: the one named like the application)', once('--client'))
    .option('--allow <servers>', 'what a client that is new may use, comma-separated', once('--allow'))
    .option('--project', "the project's file in the current folder instead of your own")
    .option('--file <path>', 'this file instead', once('--file'))
    .option('--yes', 'do not ask')
    .option('--undo', 'take the gateway out of the file again')
    .option('--replace', 'also remove the servers that the application now reaches through LMCP')
    .option('--bridge', 'by the bridge (lmcp stdio): the token is not in the file')
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
      (await import('../commands/import.ts')).importServers(context, file, options),
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
      (await import('../commands/connect.ts')).connect(context, app, { ...options, undo: true }),
  )
    .option('--project', "the project's file in the current folder instead of your own")
    .option('--file <path>', 'this file instead', once('--file'))
    .option('--yes', 'do not ask');
}
