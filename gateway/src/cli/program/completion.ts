import { Argument, type Command } from 'commander';
import { hidden } from '../completion/candidates.ts';
import { shells, type Shell } from '../completion/scripts.ts';
import type { Add } from './definition.ts';

export function addCompletion(program: Command, add: Add): void {
  const commands = async () => import('../commands/completion.ts');
  add(
    program,
    'completion',
    'what a shell loads to complete commands, options and ids',
    async (context, [shell]) => (await commands()).completion(context, shell as Shell),
  ).addArgument(new Argument('<shell>', 'the shell').choices(shells));
  add(program, 'man', 'the manual page, for man -l -', async (context) =>
    (await commands()).man(context, program),
  );
  // For the shells alone: it is in no help.
  add(
    program,
    `${hidden} [words...]`,
    'the possible next words',
    async (context, words) => (await commands()).complete(context, program, words),
    { hidden: true },
  );
}
