import { printJson } from '../../output/printJson.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import { findGateway, noGateway } from '../../live/findGateway.ts';
import { openInBrowser } from '../../live/openInBrowser.ts';
import { askSignInLink, signInUrl } from '../../live/signInLink.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

interface OpenOptions {
  readonly print?: true;
  readonly json?: true;
  readonly port?: number;
}

/** `lmcp open`: the web interface, signed in by a one-time link. */
export async function open(context: CommandContext, { print, json, port }: OpenOptions): Promise<ExitCode> {
  const { terminal } = context;
  const file = await readRegistryFile(context);
  const found = await findGateway(file, port);
  if (found.kind === 'none') {
    const { message } = noGateway(found);
    throw new CommandFailure(`${message}; start one: ${context.commandLine('serve')}`);
  }
  const { code, expires_s: expiresS } = await askSignInLink(found.reach);
  const url = signInUrl(found.reach, code);
  if (json === true) printJson(terminal, { url, expires_s: expiresS });
  else terminal.out(`${url}\n`);
  terminal.err(`lmcp: this link signs in one browser, once, within ${expiresS} s\n`);
  if (print !== true && json !== true) openInBrowser(terminal, url);
  return ExitCode.fine;
}
