import { printJson } from '../../output/printJson.ts';
import { messageOf } from '../../../errors.ts';
import { systemClock } from '../../../clock.ts';
import { readSecretsFile } from '../../../registry/file/tokenFile.ts';
import { secretReader } from '../../../registry/secrets/secretReader.ts';
import { secretReading } from '../../../upstream/secrets/readSecret.ts';
import { systemKeyring } from '../../../upstream/secrets/systemKeyring.ts';
import { ExitCode } from '../../exitCodes.ts';
import { styleOf } from '../../output/style.ts';
import { table } from '../../output/table.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { checkedName, secretEntries } from '../../secret/secretFiles.ts';
import { secretUsers } from '../../../registry/secrets/secretUsers.ts';

interface Checked {
  readonly name: string;
  readonly ok: boolean;
  readonly problem: string | null;
  readonly used_by: readonly string[];
}

/** `lmcp secret check [name]`: reads every secret, or this one, from where it comes from; exits 1 where one is missing. */
export async function secretCheck(
  context: CommandContext,
  given: string,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const { terminal, registryPath } = context;
  const users = secretUsers((await readRegistryFile(context)).registry);
  const names =
    given === ''
      ? [...new Set([...(await secretEntries(context)).keys(), ...users.keys()])]
      : [checkedName(given)];
  const source = secretReader(registryPath, readSecretsFile);
  const read = secretReading({ keyring: systemKeyring, clock: systemClock, env: terminal.env });
  const problemOf = async (name: string): Promise<string | null> => {
    const found = source(name);
    if (found.kind === 'missing') return `${found.why}; ${found.fix}`;
    return read(found).then((value) => (value === '' ? 'it is empty' : null), messageOf);
  };
  const checked: Checked[] = await Promise.all(
    names.map(async (name) => {
      const problem = await problemOf(name);
      return { name, ok: problem === null, problem, used_by: users.get(name) ?? [] };
    }),
  );
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
