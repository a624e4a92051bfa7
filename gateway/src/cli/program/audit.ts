import type { Command } from 'commander';
import { auditFilterOptions } from '../arguments/auditFilterOptions.ts';
import { all, jsonOption, once, wholeNumber, type Add } from './definition.ts';

export function addAudit(program: Command, add: Add): void {
  const audit = program.command('audit').description('the audit log');
  add(
    audit,
    'verify [log]',
    'check the chain over every segment; exits 1 at the first break',
    async (context, [log = ''], options) =>
      (await import('../commands/audit/verify.ts')).auditVerify(context, log, options),
  )
    .option('--key <key>', 'a verifier key, or a file of them; signatures of other keys do not count', all)
    .option('--checkpoint <file>', 'a checkpoint kept elsewhere, which the log must still agree with')
    .option(...jsonOption);
  add(
    audit,
    'checkpoint [log]',
    'the newest signed checkpoint, to be kept elsewhere',
    async (context, [log = ''], options) =>
      (await import('../commands/audit/checkpoint.ts')).auditCheckpoint(context, log, options),
  ).option('--key', 'the key that others need to check the checkpoints');
  add(audit, 'tail [log]', 'the newest lines', async (context, [log = ''], options) =>
    (await import('../commands/audit/tail.ts')).auditTail(context, log, options),
  )
    .option('-n, --lines <number>', 'how many', wholeNumber(0, 1_000_000), 10)
    .option('-f, --follow', 'then every new line, until interrupted')
    .option('--json', 'the lines as they are in the log');
  const search = add(
    audit,
    'search [log]',
    'the newest lines that match every filter',
    async (context, [log = ''], options) =>
      (await import('../commands/audit/search.ts')).auditSearch(context, log, options),
  )
    .option('-n, --lines <number>', 'how many', wholeNumber(1, 100_000), 100)
    .option(...jsonOption);
  const whole = add(
    audit,
    'export [log]',
    'every line that matches every filter, as it is in the log',
    async (context, [log = ''], options) =>
      (await import('../commands/audit/export.ts')).auditExport(context, log, options),
  );
  for (const [name, [value, description]] of Object.entries(auditFilterOptions)) {
    for (const command of [search, whole]) {
      command.option(`--${name} ${value}`, description, once(`--${name}`));
    }
  }
}
