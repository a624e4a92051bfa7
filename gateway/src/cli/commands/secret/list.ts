import { printJson } from '../../output/printJson.ts';
import type { SecretEntry } from '../../../registry/secrets/secretsFile.ts';
import { ExitCode } from '../../exitCodes.ts';
import { styleOf } from '../../output/style.ts';
import { table } from '../../output/table.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { secretEntries } from '../../secret/secretFiles.ts';
import { secretUsers } from '../../../registry/secrets/secretUsers.ts';

/** `lmcp secret list`: where each secret comes from and which servers use it; never a value. */
export async function secretList(
  context: CommandContext,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const { terminal } = context;
  const [entries, file] = [await secretEntries(context), await readRegistryFile(context)];
  const users = secretUsers(file.registry);
  const secrets = [...new Set([...entries.keys(), ...users.keys()])].map((name) => ({
    name,
    source: entries.get(name)?.kind ?? 'missing',
    place: placeOf(entries.get(name)),
    used_by: users.get(name) ?? [],
  }));
  if (options.json === true) {
    printJson(terminal, secrets);
    return ExitCode.fine;
  }
  const rows = secrets.map(({ name, source, place, used_by: used }) => [
    name,
    source,
    place ?? '–',
    used.join(', ') || 'nothing',
  ]);
  terminal.out(table([['SECRET', 'SOURCE', 'PLACE', 'USED BY'], ...rows], styleOf(terminal, 'stdout'), ''));
  return ExitCode.fine;
}

/** A command's arguments may be secret themselves. */
function placeOf(entry: SecretEntry | undefined): string | null {
  switch (entry?.kind) {
    case 'file':
      return entry.path;
    case 'command':
      return entry.argv[0] ?? null;
    case 'keyring':
      return `${entry.service}/${entry.account}`;
    case 'value':
      return 'secrets.yaml';
    default:
      return null;
  }
}
