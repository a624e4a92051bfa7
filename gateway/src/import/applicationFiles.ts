import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Application, Format, Place } from '../connect/applications/application.ts';
import { applications } from '../connect/applications/applications.ts';
import { filesOf, foundApplications, homeOf, platformOf } from '../connect/applications/onThisMachine.ts';
import type { Platform } from '../connect/applications/platform.ts';
import { entriesOf, readFile } from '../connect/edit/editFile.ts';
import { readForeignFile } from '../connect/foreignFile.ts';
import { asMeant } from './entry/asMeant.ts';
import type { FoundServer, FoundServers } from './found.ts';
import { matchingFiles } from './matchingFiles.ts';
import { serversOfProjects } from './readConfiguration.ts';
import { withEnvFile } from './withEnvFile.ts';

/** A configuration file of an application that is there. */
export interface ApplicationFile {
  readonly application: Application;
  /** Absolute. */
  readonly path: string;
  readonly format: Format;
  /** Where servers may be in it. */
  readonly places: readonly Place[];
  /** The folder of the project that it belongs to; null: it is the person's own. */
  readonly project: string | null;
}

/** The applications that have been used here, those included that have only files which `connect` does not write. */
export function applicationsHere(env: Platform['env']): readonly Application[] {
  const found = new Set(foundApplications(env));
  return applications.filter(
    (application) => found.has(application) || furtherFiles(application, env).length > 0,
  );
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
  const { format, place, projectFiles, alsoReads } = application;
  const usual = { application, format, places: [place] };
  const own = [
    ...filesOf(application, env)
      .filter((path) => existsSync(path))
      .map((path) => ({ ...usual, path, project: null })),
    ...furtherFiles(application, env),
  ];
  if (folder === null) return own;
  const ofProject = [
    ...projectFiles.map((path) => ({ ...usual, path })),
    ...(alsoReads?.project ?? []).map((file) => ({ application, ...file })),
  ].flatMap((file) =>
    matchingFiles(resolve(folder, file.path)).map((path) => ({ ...file, path, project: folder })),
  );
  // In the home folder the person's own file is where a project would have its.
  const taken = new Set(own.map(({ path }) => path));
  return [...own, ...ofProject.filter(({ path }) => !taken.has(path))];
}

function furtherFiles(application: Application, env: Platform['env']): readonly ApplicationFile[] {
  const platform = platformOf(env);
  return (application.alsoReads?.user ?? []).flatMap((file) =>
    matchingFiles(file.path(platform)).map((path) => ({ application, ...file, path, project: null })),
  );
}

/**
 * The servers of such a file.
 * @throws ForeignFileError where it is not a text file
 */
export async function readApplicationFile(
  { application, path, format, places, project }: ApplicationFile,
  env: Platform['env'],
): Promise<FoundServers> {
  const { text } = await readForeignFile(path);
  const read = readFile(format, text ?? '');
  if (!read.ok) return read;
  const own: readonly FoundServer[] = places
    .flatMap((place) => [...entriesOf(read.value, place)])
    .map(([name, entry]) => ({ name, entry, project }));
  const ofProjects = application.name === 'claude-code' ? serversOfProjects(read.value) : [];
  const home = homeOf(env);
  const servers = [...own, ...ofProjects]
    .map((server) => asMeant(server, application.variables, env))
    .map((server) => withEnvFile(server, home));
  return { ok: true, servers: await Promise.all(servers) };
}
