import { explain } from '../../access/why.ts';
import type { WhyAnswer, WhyStep } from '../../api/types.ts';
import { placesIn } from '../../registry/yaml/lineOf.ts';
import { ExitCode } from '../exitCodes.ts';
import { printable } from '../../printable.ts';
import type { CommandContext } from '../program.ts';
import { readRegistryFile } from '../registry/registryFile.ts';
import { styleOf, type Style } from '../output/style.ts';

/** `lmcp why <client> <server> [tool]`: every gate in its order, by the registry file; exit 1 when one refuses. */
export async function why(
  context: CommandContext,
  question: { readonly clientId: string; readonly serverId: string; readonly tool: string | null },
  options: { readonly json?: true },
): Promise<ExitCode> {
  const { terminal } = context;
  const file = await readRegistryFile(context);
  // What the server offers is known to a running gateway alone; the rules are the same without it.
  const answer = explain(file.registry, placesIn(file.text), question, null);
  terminal.out(
    options.json === true
      ? `${JSON.stringify(answer, null, 2)}\n`
      : whyText(answer, file.path, styleOf(terminal, 'stdout')),
  );
  return answer.allowed ? ExitCode.fine : ExitCode.failed;
}

function whyText(
  { words, allowed, steps, allow_patch: patch }: WhyAnswer,
  path: string,
  style: Style,
): string {
  const verdict = allowed ? style.good('allowed') : style.bad('refused');
  const lines = [`${verdict}: ${printable(words)}`, ...steps.map((step) => stepText(step, path, style))];
  if (patch !== null) lines.push('', 'this patch would allow it:', JSON.stringify(patch, null, 2));
  return `${lines.join('\n')}\n`;
}

const outcomes = { pass: 'passes', refuse: 'refuses', skipped: 'not asked' } as const;

function stepText({ gate, outcome, words, path, line }: WhyStep, file: string, style: Style): string {
  const shown = outcomes[outcome].padEnd(9);
  const painted = outcome === 'pass' ? style.good(shown) : outcome === 'refuse' ? style.bad(shown) : shown;
  const place = line === null ? printable(path) : `${printable(path)}, ${file}:${line}`;
  return `  ${gate.padEnd(13)}  ${painted}  ${printable(words)}${style.dim(`  (${place})`)}`;
}
