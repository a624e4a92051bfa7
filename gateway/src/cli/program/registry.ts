import type { Command } from 'commander';
import { jsonOption, type Add } from './definition.ts';

export function addRegistry(program: Command, add: Add): void {
  add(
    program,
    'validate',
    'check the registry; every problem with its line and what to write instead',
    async (context, _, options) =>
      (await import('../commands/registry/validate.ts')).validate(context, options),
  ).option(...jsonOption);
  add(program, 'config', 'the registry as JSON, secrets redacted', async (context) =>
    (await import('../commands/registry/config.ts')).config(context),
  );
  add(program, 'schema', 'the JSON Schema of the registry, for editors', async (context) =>
    (await import('../commands/registry/schema.ts')).schema(context),
  );
}
