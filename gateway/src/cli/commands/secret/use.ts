import { changeRegistry } from '../../registry/changeRegistry.ts';
import { CommandFailure, ExitCode, usageFailure } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { checkedName, secretEntries } from '../../secret/secretFiles.ts';

/** `lmcp secret use <name> <server> env.KEY`: has the registry hand the secret to a server. */
export async function secretUse(
  context: CommandContext,
  given: string,
  server: string,
  place: string,
  { scheme }: { readonly scheme?: string },
): Promise<ExitCode> {
  const name = checkedName(given);
  const [, section, key] = /^(env|headers)\.(.+)$/.exec(place) ?? [];
  if (section === undefined || key === undefined)
    throw usageFailure('say where the server gets the secret: env.NAME or headers.NAME');
  const file = await readRegistryFile(context);
  if (!file.registry.servers.has(server)) throw usageFailure(`the registry has no server ${server}`);
  if (!(await secretEntries(context)).has(name))
    throw new CommandFailure(
      `there is no secret ${name}; set it first: ${context.commandLine(`secret set ${name}`)}`,
    );
  const value = `${scheme === undefined ? '' : `${scheme} `}\${secret:${name}}`;
  await changeRegistry(file, { servers: { [server]: { [section]: { [key]: value } } } });
  context.terminal.err(`lmcp: server ${server} gets the secret ${name} as ${section}.${key}\n`);
  return ExitCode.fine;
}
