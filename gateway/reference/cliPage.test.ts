import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../src/cli/program.ts';
import { scriptedTerminal } from '../src/cli/testing/scriptedTerminal.ts';
import { applicationNames } from '../src/connect/applications/applications.ts';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

/** As they are called: `client add`, not `client`. */
function commandsOf(command: Command, parents: readonly string[] = []): string[] {
  return command.commands.flatMap((one) => {
    const path = [...parents, one.name()];
    return one.commands.length === 0 ? [path.join(' ')] : commandsOf(one, path);
  });
}

test('docs/cli.md names every command', () => {
  const commands = commandsOf(buildProgram(scriptedTerminal({}), () => undefined));
  expect(commands.length).toBeGreaterThan(25);
  expect(commands.filter((name) => !new RegExp(`\`(lmcp )?${name}[ \`]`).test(page))).toEqual([]);
});

test('docs/cli.md names every application of connect', () => {
  expect(applicationNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
