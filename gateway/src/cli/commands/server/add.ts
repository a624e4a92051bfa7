import { idFault } from '../../../registry/id.ts';
import { remoteOr } from '../../../registry/edit/remoteOr.ts';
import { usageFailure, type ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { shownChange, type ChangeOptions } from '../../registry/shownChange.ts';

interface AddOptions extends ChangeOptions {
  readonly url?: string;
  readonly image?: string;
  readonly env?: readonly string[];
  readonly header?: readonly string[];
}

/** `lmcp server add <id> -- <command…>`, `--url` or `--image`: a new server, which no client may use yet. */
export async function serverAdd(
  context: CommandContext,
  id: string,
  command: readonly string[],
  options: AddOptions,
): Promise<ExitCode> {
  const fault = idFault(id);
  if (fault !== null) throw usageFailure(`${id} can't be the id of a server: ${fault}`);
  const file = await readRegistryFile(context);
  if (file.registry.servers.has(id)) throw usageFailure(`the server ${id} is there already`);
  return shownChange(context, file, { servers: { [id]: sectionOf(command, options) } }, options);
}

function sectionOf(command: readonly string[], { url, image, env, header }: AddOptions): object {
  const [program, ...rest] = command;
  const kinds = [url !== undefined, image !== undefined, image === undefined && program !== undefined];
  if (kinds.filter(Boolean).length !== 1 || (url !== undefined && program !== undefined)) {
    throw usageFailure('name what the server is: a command after --, or --url, or --image');
  }
  const variables = pairs(env, '--env');
  const headers = pairs(header, '--header');
  if (url !== undefined) {
    if (variables !== undefined) throw usageFailure('--env is for servers that LMCP starts, not for --url');
    return remoteOr({ transport: 'http', url, ...(headers && { headers }) });
  }
  if (headers !== undefined) throw usageFailure('--header is only valid with --url');
  const given = variables && { env: variables };
  if (image !== undefined)
    return { transport: 'stdio', image, ...(command.length > 0 && { args: [...command] }), ...given };
  return { transport: 'stdio', command: program, ...(rest.length > 0 && { args: rest }), ...given };
}

/** `NAME=value` each. */
function pairs(written: readonly string[] | undefined, flag: string): Record<string, string> | undefined {
  if (written === undefined) return undefined;
  return Object.fromEntries(
    written.map((pair) => {
      const at = pair.indexOf('=');
      // What was written may be a secret.
      if (at < 1) throw usageFailure(`${flag} takes NAME=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
