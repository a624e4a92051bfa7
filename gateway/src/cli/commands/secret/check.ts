import { printJson } from '../../output/printJson.ts';
import { ExitCode } from '../../exitCodes.ts';
import { styleOf } from '../../output/style.ts';
import { table } from '../../output/table.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { checkSecrets } from '../../secret/checkSecrets.ts';
import { checkedName } from '../../secret/secretFiles.ts';

/** `lmcp secret check [name]`: reads every secret, or this one, from where it comes from; exits 1 where one is missing. */
export async function secretCheck(
  context: CommandContext,
  given: string,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const { terminal } = context;
  const file = await readRegistryFile(context);
  const checked = await checkSecrets(context, file, given === '' ? undefined : [checkedName(given)]);
  if (options.json === true) printJson(terminal, checked);
  else {
    const rows = checked.map(({ name, problem, used_by: used }) => [
      name,
      problem ?? 'ok',
      used.join(', ') || 'nothing',
    ]);
    terminal.out(table([['SECRET', 'STATE', 'USED BY'], ...rows], styleOf(terminal, 'stdout'), ''));
  }
  return checked.every(({ ok }) => ok) ? ExitCode.fine : ExitCode.failed;
}
