import type { Command } from 'commander';
import { hidden } from './candidates.ts';

/** The manual page lmcp(1) in roff (man(7)), from the same definition as `--help`. */
export function manPage(program: Command, version: string): string {
  const name = program.name();
  const commands = program.commands.filter((one) => one.name() !== hidden);
  return [
    `.TH LMCP 1 "" "LMCP ${roff(version)}" "User Commands"`,
    '.SH NAME',
    `${name} \\- ${roff(program.description())}`,
    '.SH SYNOPSIS',
    `.B ${name}`,
    roff('[options] <command> [arguments]'),
    '.SH OPTIONS',
    ...optionsOf(program),
    '.SH COMMANDS',
    ...commands.flatMap((one) => section(one, name)),
    '.SH EXIT STATUS',
    roff(
      '0 on success, 1 where it failed, 2 for wrong usage or an invalid registry, 3 for an error of the protocol of a server,',
    ),
    roff('4 where a command or an image is not found.'),
    '',
  ].join('\n');
}

function section(command: Command, above: string): string[] {
  const full = `${above} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((one) => section(one, full));
  return ['.SS', roff(`${full} ${command.usage()}`), roff(command.description()), ...optionsOf(command)];
}

function optionsOf(command: Command): string[] {
  return command.options
    .filter((one) => !one.hidden)
    .flatMap(({ flags, description }) => ['.TP', `.B ${roff(flags)}`, roff(description)]);
}

/** Text that roff prints unchanged: no escapes, no requests, hyphens as they are typed. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
