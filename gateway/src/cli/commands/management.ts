import { changeRegistry } from '../registry/changeRegistry.ts';
import { ExitCode } from '../exitCodes.ts';
import { newToken } from '../../clients/newToken.ts';
import type { CommandContext } from '../commandContext.ts';
import { readRegistryFile } from '../registry/registryFile.ts';

/** `lmcp management enable`: sets a new token in place of any other; the registry gets its digest, stdout the token. */
export async function managementEnable(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const file = await readRegistryFile(context);
  const { token, sha256 } = newToken();
  await changeRegistry(file, { lmcp: { management_token: null, management_token_sha256: sha256 } });
  const replaced = file.registry.settings.managementTokens.length > 0;
  terminal.err(`lmcp: management is enabled${replaced ? '; the token before is invalid from now on' : ''}\n`);
  terminal.err(
    'lmcp: this is the management token; it is shown this once, and the registry keeps only its digest\n',
  );
  terminal.out(`${token}\n`);
  return ExitCode.fine;
}

/** `lmcp management disable`: nobody can change the registry over HTTP any more. */
export async function managementDisable(context: CommandContext): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  await changeRegistry(file, { lmcp: { management_token: null, management_token_sha256: null } });
  context.terminal.err('lmcp: management is disabled\n');
  return ExitCode.fine;
}
