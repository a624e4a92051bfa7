import type { Command } from 'commander';
import { all, jsonOption, once, type Add } from './definition.ts';

export function addServers(program: Command, add: Add): void {
  addCatalogue(program, add);
  const server = program.command('server').description('the servers of the registry');
  const live = async () => import('../commands/server/running.ts');
  add(server, 'list', 'servers, what they run and who may use them', async (context, _, options) =>
    (await import('../commands/server/list.ts')).serverList(context, options),
  ).option(...jsonOption);
  add(
    server,
    'add <id> [command...]',
    'add a server, which no client may use yet: a command (after --), --url or --image',
    async (context, [id = '', ...command], options) =>
      (await import('../commands/server/add.ts')).serverAdd(context, id, command, options),
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
      : 'stop it and deny its use; its grants and policies stay';
    add(
      server,
      `${enabled ? 'enable' : 'disable'} <server>`,
      description,
      async (context, [id = ''], options) =>
        (await import('../commands/server/change.ts')).serverEnabled(context, id, enabled, options),
    ).option(...jsonOption);
  }
  add(
    server,
    'remove <server>',
    'remove a server with its grants and policies; asks first',
    async (context, [id = ''], options) =>
      (await import('../commands/server/change.ts')).serverRemove(context, id, options),
  )
    .option('--yes', 'do not ask')
    .option(...jsonOption);
  add(server, 'restart <server>', 'restart its instances', async (context, [id = ''], options) =>
    (await live()).serverRestart(context, id, options),
  ).option(...jsonOption);
  add(
    program,
    'login <server>',
    'sign in to a server that asks for it, in the browser',
    async (context, [id = ''], options) =>
      (await import('../commands/server/login.ts')).login(context, id, options),
  )
    .option('--no-browser', 'print the address only, for a browser on another machine')
    .option('--client <id>', 'sign in as this client (`auth.per: client`)', once('--client'))
    .option(...jsonOption);
  add(
    program,
    'logout <server>',
    'revoke and forget the sign-in to a server',
    async (context, [id = ''], options) =>
      (await import('../commands/server/login.ts')).logout(context, id, options),
  )
    .option('--client <id>', 'sign out as this client (`auth.per: client`)', once('--client'))
    .option(...jsonOption);
  add(
    program,
    'logs <server>',
    'the end of what a server wrote to stderr',
    async (context, [id = ''], options) => (await live()).serverLogs(context, id, options),
  )
    .option('-f, --follow', 'go on with what is added, until Ctrl-C')
    .option(...jsonOption);
  for (const change of ['grant', 'revoke'] as const) {
    add(
      program,
      `${change} <client> <server>`,
      change === 'grant' ? 'let a client use a server' : 'let a client no longer use a server',
      async (context, [client = '', id = ''], options) =>
        (await import('../commands/grant.ts')).changeGrant(context, change, [client, id], options),
    ).option(...jsonOption);
  }
}

function addCatalogue(program: Command, add: Add): void {
  const commands = async () => import('../commands/server/addFromCatalogue.ts');
  const from = [
    '--from <source>',
    'a file or URL in the form of the MCP registry (server.json)',
    once('--from'),
  ] as const;
  add(
    program,
    'catalogue [words...]',
    'the servers that lmcp add knows, or those of --from',
    async (context, words, options) => (await commands()).catalogue(context, words.filter(Boolean), options),
  )
    .option(...from)
    .option(...jsonOption);
  add(
    program,
    'add [name]',
    'add a server of the catalogue at a pinned version, which no client may use yet; asks for what it needs',
    async (context, [name = ''], options) => (await commands()).addFromCatalogue(context, name, options),
  )
    .option(...from)
    .option('--id <id>', 'its id in the registry', once('--id'))
    .option('--set <pair>', 'an answer: NAME=value; several times for several', all)
    .option('--grant <clients>', 'who may use it, comma-separated', once('--grant'))
    .option('--use <kind>', 'where it has several: npm, pypi, oci, nuget or remote', once('--use'))
    .option('--yes', 'do not ask')
    .option(...jsonOption);
}
