import type { KnownTool } from '../../access/knownTools.ts';
import { explain } from '../../access/why.ts';
import type { AllowChoice, WhyAnswer, WhyStep } from '../../api/access.ts';
import { placesIn } from '../../registry/yaml/lineOf.ts';
import { CommandFailure, ExitCode } from '../exitCodes.ts';
import { toolsOf } from '../live/serverTools.ts';
import { oneLine } from '../output/printer.ts';
import type { CommandContext } from '../commandContext.ts';
import { readRegistryFile, type RegistryFile } from '../registry/registryFile.ts';
import { styleOf, type Style } from '../output/style.ts';

/** `lmcp why <client> <server> [tool]`: every check in its order, by the registry file; exit 1 unless all pass. */
export async function why(
  context: CommandContext,
  question: { readonly clientId: string; readonly serverId: string; readonly tool: string | null },
  options: { readonly json?: true },
): Promise<ExitCode> {
  const { terminal } = context;
  const file = await readRegistryFile(context);
  const known = await knownTools(context, file, question.serverId);
  const answer = explain(file.registry, placesIn(file.text), question, known);
  terminal.out(
    options.json === true
      ? `${JSON.stringify(answer, null, 2)}\n`
      : whyText(answer, file.path, styleOf(terminal, 'stdout')),
  );
  return answer.allowed === true ? ExitCode.fine : ExitCode.failed;
}

/** What a server lists and which tools are approved is known to a running gateway alone. */
async function knownTools(
  { terminal }: CommandContext,
  file: RegistryFile,
  serverId: string,
): Promise<readonly KnownTool[] | null> {
  const server = file.registry.servers.get(serverId);
  if (server === undefined || (!server.pinTools && server.unlistedTools === 'allow')) return null;
  try {
    return await toolsOf(file, serverId);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    terminal.err(`could not ask the gateway for the tools of ${serverId}: ${error.message}\n`);
    return null;
  }
}

function whyText(
  { words: message, allowed, steps, allow, client_requests: requests }: WhyAnswer,
  path: string,
  style: Style,
): string {
  const verdict = allowed === null ? 'not decided' : allowed ? style.good('allowed') : style.bad('denied');
  const lines = [`${verdict}: ${oneLine(message)}`, ...steps.map((step) => stepText(step, path, style))];
  lines.push(
    ...requests
      .filter((request) => !request.allowed)
      .map(
        ({ kind, path: rule }) =>
          `  the server may not ask this client for ${kind}${style.dim(`  (${rule})`)}`,
      ),
  );
  lines.push(...allow.flatMap(choiceText));
  return `${lines.join('\n')}\n`;
}

/** A way to allow it: who gains by it, and the patch. */
function choiceText({ label, gainers, patch }: AllowChoice): string[] {
  const title = `to allow it: ${label} (gains access: ${gainers.join(', ')})`;
  return ['', oneLine(title), JSON.stringify(patch, null, 2)];
}

const outcomes = { pass: 'passes', refuse: 'denies', unknown: 'unknown', skipped: 'not asked' } as const;

function stepText(
  { gate, outcome, words: message, path, line }: WhyStep,
  file: string,
  style: Style,
): string {
  const shown = outcomes[outcome].padEnd(9);
  const painted = outcome === 'pass' ? style.good(shown) : outcome === 'refuse' ? style.bad(shown) : shown;
  const place = line === null ? oneLine(path) : `${oneLine(path)}, ${file}:${line}`;
  return `  ${gate.padEnd(13)}  ${painted}  ${oneLine(message)}${style.dim(`  (${place})`)}`;
}
