import type { Command } from 'commander';
import { jsonOption, once, type Add } from './definition.ts';

export function addSecrets(program: Command, add: Add): void {
  const secret = program
    .command('secret')
    .description('the secrets that servers use, apart from the registry');
  add(
    secret,
    'set <name> [command...]',
    'set a secret; its value comes from stdin or is asked for, or is printed by a command (after --)',
    async (context, [name = '', ...command], options) =>
      (await import('../commands/secret/set.ts')).secretSet(context, name, command, options),
  )
    .option('--keyring', 'keep the value in the keyring of the operating system')
    .option('--file <path>', 'the value is what this file holds', once('--file'));
  add(
    secret,
    'list',
    'where each secret comes from and which servers use it; never a value',
    async (context, _, options) => (await import('../commands/secret/list.ts')).secretList(context, options),
  ).option(...jsonOption);
  add(secret, 'rm <name>', 'remove a secret', async (context, [name = '']) =>
    (await import('../commands/secret/remove.ts')).secretRemove(context, name),
  );
  add(
    secret,
    'check [name]',
    'read every secret, or this one, from where it comes from; exits 1 where one is missing',
    async (context, [name = ''], options) =>
      (await import('../commands/secret/check.ts')).secretCheck(context, name, options),
  ).option(...jsonOption);
  add(
    secret,
    'use <name> <server> <place>',
    'hand a secret to a server as env.NAME or headers.NAME',
    async (context, [name = '', server = '', place = ''], options) =>
      (await import('../commands/secret/use.ts')).secretUse(context, name, server, place, options),
  ).option('--scheme <word>', 'the word before it in a header, such as Bearer', once('--scheme'));
}
