import { changeRegistry } from '../../registry/changeRegistry.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import { knownClient } from '../../live/knownClient.ts';
import { newToken } from '../../../clients/newToken.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

interface RotateOptions {
  readonly revokeOld?: true;
  readonly finish?: true;
}

/**
 * `lmcp client rotate <id>`: a second token beside the first, so that the application can be changed over without a gap, and
 * with `--finish` only the newest. The registry keeps digests from then on, whatever it kept before.
 */
export async function clientRotate(
  context: CommandContext,
  id: string,
  options: RotateOptions,
): Promise<ExitCode> {
  const { terminal, commandLine } = context;
  const file = await readRegistryFile(context);
  const digests = knownClient(file, id).tokens.map((digest) => Buffer.from(digest).toString('hex'));
  const keep = (token_sha256: string | readonly string[]) =>
    changeRegistry(file, { clients: { [id]: { token: null, token_file: null, token_sha256 } } });
  if (options.finish === true) {
    if (digests.length > 1) await keep(digests.at(-1) ?? '');
    terminal.err(`lmcp: ${id} has one valid token, ${digests.length > 1 ? 'the newest' : 'as before'}\n`);
    return ExitCode.fine;
  }
  if (digests.length > 1 && options.revokeOld !== true) {
    throw new CommandFailure(
      `${id} has two valid tokens already; end that rotation first: ${commandLine(`client rotate ${id} --finish`)}`,
    );
  }
  const { token, sha256 } = newToken();
  await keep(options.revokeOld === true ? sha256 : [...digests, sha256]);
  terminal.err(
    `lmcp: this is ${id}'s new token; it is shown this once, and the registry keeps only its digest\n`,
  );
  terminal.out(`${token}\n`);
  terminal.err(
    options.revokeOld === true
      ? `lmcp: the old token is invalid from now on\n`
      : `lmcp: the old token stays valid until: ${commandLine(`client rotate ${id} --finish`)}\n`,
  );
  return ExitCode.fine;
}
