import { setTimeout as pause } from 'node:timers/promises';
import type { SignedOutAnswer, SignInBegun, SignInProgress } from '../../../api/signIn/serverSignIns.ts';
import { serversIn } from '../../arguments/serversIn.ts';
import type { CommandContext } from '../../commandContext.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import { openInBrowser } from '../../live/openInBrowser.ts';
import { serverPath } from '../../live/serverTools.ts';
import { withRunningManagement, type AskManagement } from '../../live/withManagement.ts';
import { printJson } from '../../output/printJson.ts';
import type { Terminal } from '../../output/terminal.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/** How often the gateway is asked whether the person has signed in; milliseconds. */
const pollMs = 500;

export interface LoginOptions {
  readonly client?: string;
  /** False with `--no-browser`. */
  readonly browser: boolean;
  readonly json?: true;
}

/** `lmcp login <server>`: the running gateway signs in; the person does so in a browser, here or on another machine. */
export async function login(context: CommandContext, id: string, options: LoginOptions): Promise<ExitCode> {
  const { terminal } = context;
  const file = await readRegistryFile(context);
  serversIn(id, file);
  await withRunningManagement(file, async (ask) => {
    const begun = (await ask(`${serverPath(id)}/sign-in`, whose(options))) as unknown as SignInBegun;
    if (begun.sign_in_id !== null && begun.url !== null) {
      if (options.json === true) printJson(terminal, { url: begun.url, expires_s: begun.expires_s });
      else terminal.out(`${begun.url}\n`);
      terminal.err(
        `lmcp: sign in to ${id} on this page, within ${Math.round(begun.expires_s / 60)} minutes\n`,
      );
      if (options.browser) openInBrowser(terminal, begun.url);
      await finished(terminal, ask, `/management/sign-ins/${encodeURIComponent(begun.sign_in_id)}`);
    }
  });
  terminal.err(`lmcp: signed in to ${id}\n`);
  return ExitCode.fine;
}

/** `lmcp logout <server>`: its tokens are revoked where the authorization server can, and forgotten. */
export async function logout(
  context: CommandContext,
  id: string,
  options: Pick<LoginOptions, 'client' | 'json'>,
): Promise<ExitCode> {
  const { terminal } = context;
  const file = await readRegistryFile(context);
  serversIn(id, file);
  await withRunningManagement(file, async (ask) => {
    const answer = (await ask(`${serverPath(id)}/sign-out`, whose(options))) as unknown as SignedOutAnswer;
    if (options.json === true) printJson(terminal, answer);
    else terminal.err(`lmcp: ${outcome(id, answer)}\n`);
  });
  return ExitCode.fine;
}

function outcome(id: string, { ended, revoked }: SignedOutAnswer): string {
  if (!ended) return `the sign-in to ${id} was not completed`;
  return revoked
    ? `signed out of ${id}; its tokens are revoked`
    : `signed out of ${id}; the tokens are forgotten here, and valid at the authorization server until they expire`;
}

function whose({ client }: Pick<LoginOptions, 'client'>): { readonly client_id?: string } {
  return client === undefined ? {} : { client_id: client };
}

/** By the browser's own redirect, or by what the person copies from it. @throws CommandFailure */
async function finished(terminal: Terminal, ask: AskManagement, path: string): Promise<void> {
  const over = new AbortController();
  const ignore = terminal.onInterrupt(() => over.abort());
  const entered = (async (): Promise<void> => {
    if (terminal.stdinIsTerminal)
      terminal.err(
        'lmcp: if the browser is on another machine, copy the address it was sent to in the end:\n',
      );
    const line = await terminal.ask('', over.signal);
    if (line !== undefined && line.trim() !== '') await ask(`${path}/finish`, { redirect: line });
  })();
  try {
    // What was entered wrongly ends the command; that nothing was entered does not.
    await Promise.race([entered.then(() => polled(ask, path, over.signal)), polled(ask, path, over.signal)]);
  } finally {
    over.abort();
    ignore();
  }
}

async function polled(ask: AskManagement, path: string, over: AbortSignal): Promise<void> {
  for (;;) {
    const { state, message } = (await ask(path)) as unknown as SignInProgress;
    if (state === 'done') return;
    if (state === 'failed') throw new CommandFailure(message ?? 'the sign-in failed');
    await pause(pollMs, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) throw new CommandFailure('the sign-in was not finished');
  }
}
