import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Application } from '../connect/applications/application.ts';
import { filesOf, homeOf } from '../connect/applications/onThisMachine.ts';
import type { Platform } from '../connect/applications/platform.ts';
import { entriesOf, readFile } from '../connect/edit/editFile.ts';
import { readForeignFile } from '../connect/foreignFile.ts';
import type { FoundServer, FoundServers } from './found.ts';
import { serversOfProjects } from './readConfiguration.ts';
import { withEnvFile } from './withEnvFile.ts';

/** A configuration file of an application that is there. */
export interface ApplicationFile {
  readonly application: Application;
  /** Absolute. */
  readonly path: string;
  /** The folder of the project that it belongs to; null: it is the person's own. */
  readonly project: string | null;
}

/**
 * The files of an application that are there: the person's, and those of a project.
 * @param folder of the project; null: none
 */
export function applicationFiles(
  application: Application,
  env: Platform['env'],
  folder: string | null,
): readonly ApplicationFile[] {
  const files = filesOf(application, env);
  const own = files.map((path) => ({ application, path, project: null }));
  // In the home folder the person's own file is where a project would have its.
  const ofProject = (folder === null ? [] : application.projectFiles)
    .map((file) => resolve(folder ?? '', file))
    .filter((path) => !files.includes(path))
    .map((path) => ({ application, path, project: folder }));
  return [...own, ...ofProject].filter(({ path }) => existsSync(path));
}

/**
 * The servers of such a file.
 * @throws ForeignFileError where it is no text file
 */
export async function readApplicationFile(
  { application, path, project }: ApplicationFile,
  env: Platform['env'],
): Promise<FoundServers> {
  const { text } = await readForeignFile(path);
  const read = readFile(application.format, text ?? '');
  if (!read.ok) return read;
  const own: readonly FoundServer[] = [...entriesOf(read.value, application.place)].map(([name, entry]) => ({
    name,
    entry,
    project,
  }));
  const ofProjects = application.name === 'claude-code' ? serversOfProjects(read.value) : [];
  const home = homeOf(env);
  const servers = [...own, ...ofProjects].map((server) => withEnvFile(server, home));
  return { ok: true, servers: await Promise.all(servers) };
}
