import { Option, type Command } from 'commander';
import { jsonOption, once, type Add } from './definition.ts';

export function addClients(program: Command, add: Add): void {
  const client = program.command('client').description('the clients of the registry');
  add(
    client,
    'list',
    'clients, what they may use, and how their token is kept',
    async (context, _, options) => (await import('../commands/client/list.ts')).clientList(context, options),
  ).option(...jsonOption);
  add(client, 'add <id>', 'add a client; prints its token, this once', async (context, [id = ''], options) =>
    (await import('../commands/client/add.ts')).clientAdd(context, id, options),
  ).option('--allow <servers>', 'servers it may use, comma-separated; none unless given', once('--allow'));
  add(
    client,
    'rotate <id>',
    'give a client a second token; the first stays valid until --finish',
    async (context, [id = ''], options) =>
      (await import('../commands/client/rotate.ts')).clientRotate(context, id, options),
  )
    .option('--revoke-old', 'make the old token invalid immediately')
    .addOption(
      new Option('--finish', 'end a rotation: only the newest token stays valid').conflicts('revokeOld'),
    );
  add(
    client,
    'remove <id>',
    'remove a client; its token is invalid immediately',
    async (context, [id = '']) => (await import('../commands/client/remove.ts')).clientRemove(context, id),
  );

  const management = program.command('management').description('the management token');
  add(management, 'enable', 'set a new management token; prints it once', async (context) =>
    (await import('../commands/management.ts')).managementEnable(context),
  );
  add(management, 'disable', 'remove the management token', async (context) =>
    (await import('../commands/management.ts')).managementDisable(context),
  );
}
