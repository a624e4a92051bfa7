import type { Command } from 'commander';
import { jsonOption, once, type Add } from './definition.ts';

export function addBackup(program: Command, add: Add): void {
  add(
    program,
    'backup [file]',
    'everything of the gateway in one file, mode 0600: registry, keys, tokens, secrets, lists and log',
    async (context, [file = ''], options) =>
      (await import('../commands/backup/backup.ts')).backup(context, file, options),
  ).option(...jsonOption);
  add(
    program,
    'restore <file>',
    'put a backup where the registry is to be; overwrites nothing',
    async (context, [file = ''], options) =>
      (await import('../commands/backup/restore.ts')).restore(context, file, options),
  ).option('--dry-run', 'check the backup and print where its files go');
  add(
    program,
    'adopt <folder>',
    'copy the registry, keys and log of a checkout or a Compose project to the folder of an installed package',
    async (context, [folder = ''], options) =>
      (await import('../commands/backup/adopt.ts')).adopt(context, folder, options),
  )
    .option('--to <folder>', 'this folder instead', once('--to'))
    .option('--dry-run', 'print what goes where, and do nothing')
    .option('--yes', 'do not ask');
}
