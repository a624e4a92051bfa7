import type { Command } from 'commander';
import { jsonOption, type Add } from './definition.ts';

export function addTools(program: Command, add: Add): void {
  const tools = program
    .command('tools')
    .description('the tools that servers offer, and which of them wait for approval');
  add(
    tools,
    'list [server]',
    'what a server offered last, and what is new or changed since it was looked at; or how large the list of a client is',
    async (context, [server = ''], options) =>
      (await import('../commands/tools.ts')).toolsList(context, server, options),
  )
    .option('--client <id>', 'the tools that this client may use: how many, how large, and of which servers')
    .option(...jsonOption);
  add(
    tools,
    'refresh [server]',
    'read again what a server, or every server, lists',
    async (context, [server = '']) => (await import('../commands/tools.ts')).toolsRefresh(context, server),
  );
  add(
    tools,
    'approve <server> [tools...]',
    'approve tools as they are now; with pin_tools they can be called then',
    async (context, [server = '', ...names], options) =>
      (await import('../commands/tools.ts')).toolsApprove(context, server, names, options),
  ).option('--all', 'every tool of the server');
  add(
    tools,
    'revoke <server> <tools...>',
    'revoke the last approval of tools; with pin_tools they cannot be called then',
    async (context, [server = '', ...names]) =>
      (await import('../commands/tools.ts')).toolsRevoke(context, server, names),
  );
}
