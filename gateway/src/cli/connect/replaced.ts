import { entryName, type Application } from '../../connect/applications/application.ts';
import { entriesOf, readFile } from '../../connect/edit/editFile.ts';
import { homeOf } from '../../connect/applications/onThisMachine.ts';
import { applicationFiles, readApplicationFile } from '../../import/applicationFiles.ts';
import { asMeant } from '../../import/entry/asMeant.ts';
import { planImport } from '../../import/plan.ts';
import { presentIn } from '../../import/present.ts';
import { withEnvFile } from '../../import/withEnvFile.ts';
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
  const isReached = async (name: string, entry: object): Promise<boolean> => {
    const meant = asMeant({ name, entry: { ...entry }, project }, variables, file.env);
    const servers = [await withEnvFile(meant, homeOf(file.env))];
    const options = { env: file.env, projects: false };
    const [outcome] = planImport([{ from: '', client: null, servers }], present, options).outcomes;
    return outcome?.state === 'known' && outcome.id !== null && allowed.has(outcome.id);
  };
  const own: Record<keyof OwnServers, string[]> = { reached: [], others: [] };
  for (const [name, entry] of entries)
    if (name !== entryName) own[(await isReached(name, entry)) ? 'reached' : 'others'].push(name);
  return own;
}

/** Another file of the application, which `connect` does not write, and its servers. */
export interface OtherFile {
  readonly path: string;
  /** Undefined where the file cannot be read. */
  readonly servers: readonly string[] | undefined;
}

/**
 * The application's files beside this one that have servers, or may have: the application still starts those without LMCP.
 * @param folder of the project whose files are read, too
 */
export async function serversElsewhere(
  application: Application,
  path: string,
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<readonly OtherFile[]> {
  const others = applicationFiles(application, env, folder).filter((file) => file.path !== path);
  const read = await Promise.all(
    others.map(async (file): Promise<OtherFile> => {
      const found = await readApplicationFile(file, env).catch(() => undefined);
      const names = found?.ok === true ? found.servers.map(({ name }) => name) : undefined;
      return { path: file.path, servers: names?.filter((name) => name !== entryName) };
    }),
  );
  return read.filter(({ servers }) => servers?.length !== 0);
}
