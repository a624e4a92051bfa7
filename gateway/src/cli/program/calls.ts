import type { Command } from 'commander';
import { clientOption, jsonOption, once, portOption, transportOption, type Add } from './definition.ts';

export function addCalls(program: Command, add: Add): void {
  add(
    program,
    'test <server>',
    'reach a server through every check and list its tools',
    async (context, [server = ''], options) =>
      (await import('../commands/test.ts')).test(context, server, options),
  )
    .option(...clientOption)
    .addOption(transportOption())
    .addOption(portOption('where the gateway listens, if not where the registry says'))
    .option(...jsonOption);
  add(
    program,
    'call <server> <tool>',
    'call a tool through every check; prints the result',
    async (context, [server = '', tool = ''], options) =>
      (await import('../commands/call.ts')).call(context, server, tool, options),
  )
    .option('--args-json <json>', 'the arguments, a JSON object', once('--args-json'))
    .option('--args-file <path>', 'the arguments from a file; - is stdin', once('--args-file'))
    .option(...clientOption)
    .addOption(transportOption())
    .addOption(portOption('where the gateway listens, if not where the registry says'));
}

export function addWhy(program: Command, add: Add): void {
  add(
    program,
    'why <client> <server> [tool]',
    'why a client may or may not use it: every check, and the line of the registry that decides',
    async (context, [clientId = '', serverId = '', tool = ''], options) =>
      (await import('../commands/why.ts')).why(
        context,
        { clientId, serverId, tool: tool === '' ? null : tool },
        options,
      ),
  ).option(...jsonOption);
}
