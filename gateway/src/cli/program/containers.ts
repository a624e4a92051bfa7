import type { Command } from 'commander';
import { type Add } from './definition.ts';

export function addContainers(program: Command, add: Add): void {
  const containers = program.command('containers').description('what servers in containers leave behind');
  add(
    containers,
    'prune [server]',
    "remove a server's cache, or those of servers that the registry no longer has",
    async (context, [server = ''], options) =>
      (await import('../commands/containers/containers.ts')).containersPrune(context, server, options),
  ).option('--all', 'of every server, unless a container uses them');
}
