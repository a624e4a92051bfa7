import { setTimeout as pause } from 'node:timers/promises';
import type { ServerAnswer } from '../../../api/servers.ts';
import { printJson } from '../../output/printJson.ts';
import { serversIn } from '../../arguments/serversIn.ts';
import { addedText } from '../../live/addedText.ts';
import { ExitCode, usageFailure } from '../../exitCodes.ts';
import type { Terminal } from '../../output/terminal.ts';
import { managementRequest } from '../../live/request/managementRequest.ts';
import { withRunningManagement, type AskManagement } from '../../live/withManagement.ts';
import { serverPath } from '../../live/serverTools.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/** `lmcp server restart <server>`: ends its instances; the running gateway starts it again and lists its tools. */
export async function serverRestart(
  context: CommandContext,
  id: string,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  serversIn(id, file);
  const answer = await managementRequest(file, `${serverPath(id)}/restart`, {});
  if (options.json === true) printJson(context.terminal, answer);
  else context.terminal.err(`lmcp: ${id} was restarted\n`);
  return ExitCode.fine;
}

/** The gateway is asked for the end of stderr this often while it is followed; milliseconds. */
const followMs = 500;

/** `lmcp logs <server>`: the end of what it wrote to stderr, as the running gateway holds it; with `--follow` what is added. */
export async function serverLogs(
  context: CommandContext,
  id: string,
  options: { readonly json?: true; readonly follow?: true },
): Promise<ExitCode> {
  const { terminal } = context;
  const file = await readRegistryFile(context);
  serversIn(id, file);
  if (options.json === true && options.follow === true)
    throw usageFailure('--follow prints lines, and --json the whole');
  await withRunningManagement(file, async (ask) => {
    const first = await stderrOf(ask, id);
    if (options.json === true) {
      printJson(terminal, { server_id: id, stderr_tail: first.text });
      return;
    }
    const print = linePrinter(terminal);
    print(first.text);
    if (options.follow === true) await follow(terminal, { ask, id, print, first });
    print('\n');
  });
  return ExitCode.fine;
}

interface Followed {
  readonly ask: AskManagement;
  readonly id: string;
  readonly print: (text: string) => void;
  readonly first: Stderr;
}

interface Stderr {
  readonly text: string;
  readonly instance: number;
}

/** Until Ctrl-C, until nobody reads any more, or until the gateway ends. */
async function follow(terminal: Terminal, { ask, id, print, first }: Followed): Promise<void> {
  const stop = new AbortController();
  const ignore = terminal.onInterrupt(() => stop.abort());
  const signal = AbortSignal.any([stop.signal, terminal.readerGone]);
  try {
    for (let before = first; ;) {
      await pause(followMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const now = await stderrOf(ask, id);
      print(now.instance === before.instance ? addedText(before.text, now.text) : `\n${now.text}`);
      before = now;
    }
  } finally {
    ignore();
  }
}

async function stderrOf(ask: AskManagement, id: string): Promise<Stderr> {
  const { server } = (await ask(serverPath(id))) as unknown as ServerAnswer;
  return { text: server.stderr_tail, instance: server.stderr_instance };
}

/** Prints whole lines, as the server wrote them; the printer escapes what could control a terminal. */
function linePrinter(terminal: Terminal): (text: string) => void {
  let open = '';
  return (text) => {
    const lines = (open + text).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines.filter((each) => each !== '')) terminal.out(`${line}\n`);
  };
}
