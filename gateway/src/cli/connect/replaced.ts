import { entryName, type Application } from '../../connect/applications/application.ts';
import { entriesOf, readFile } from '../../connect/edit/editFile.ts';
import { asMeant } from '../../import/entry/asMeant.ts';
import { planImport } from '../../import/plan.ts';
import { presentIn } from '../../import/present.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** The servers of an application's own file, by whether its client reaches them through LMCP. */
export interface OwnServers {
  readonly reached: readonly string[];
  readonly others: readonly string[];
}

/**
 * Which servers of a file are those of the registry that the client may use: the same program with the same arguments, or the same
 * address.
 * @param project the folder that the file belongs to; null: it is the person's own
 */
export async function ownServers(
  file: RegistryFile,
  { format, place, variables }: Application,
  text: string,
  allowed: ReadonlySet<string>,
  project: string | null,
): Promise<OwnServers> {
  const read = readFile(format, text);
  const entries = read.ok ? [...entriesOf(read.value, place)] : [];
  const present = await presentIn(file);
  const isReached = (name: string, entry: object): boolean => {
    const servers = [asMeant({ name, entry: { ...entry }, project }, variables, file.env)];
    const options = { env: file.env, projects: false };
    const [outcome] = planImport([{ from: '', client: null, servers }], present, options).outcomes;
    return outcome?.state === 'known' && outcome.id !== null && allowed.has(outcome.id);
  };
  const own = entries.filter(([name]) => name !== entryName);
  const reached = own.filter(([name, entry]) => isReached(name, entry)).map(([name]) => name);
  return { reached, others: own.map(([name]) => name).filter((name) => !reached.includes(name)) };
}
