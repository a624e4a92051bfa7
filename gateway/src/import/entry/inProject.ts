import { posix, win32 } from 'node:path';
import type { Entry } from '../../connect/applications/application.ts';
import type { FoundServer } from '../found.ts';
import { mapTexts } from './mapTexts.ts';

/** A server of a project with the folder of that in place of `${workspaceFolder}`, and its name of `${workspaceFolderBasename}`. */
export function inProject(server: FoundServer): FoundServer {
  const { project } = server;
  if (project === null) return server;
  const name = (win32.isAbsolute(project) && !posix.isAbsolute(project) ? win32 : posix).basename(project);
  const filled = (text: string): string =>
    text.replaceAll('${workspaceFolder}', () => project).replaceAll('${workspaceFolderBasename}', () => name);
  return { ...server, entry: mapTexts(server.entry, filled) as Entry };
}
