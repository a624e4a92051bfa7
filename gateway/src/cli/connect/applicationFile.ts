import { resolve } from 'node:path';
import type { Application } from '../../connect/applications/application.ts';
import { applicationNames, applicationNamed } from '../../connect/applications/applications.ts';
import { usualFile } from '../../connect/applications/onThisMachine.ts';
import { usageFailure } from '../exitCodes.ts';
import type { Terminal } from '../output/terminal.ts';

/** The application of that name. @throws CommandFailure that names those there are */
export function knownApplication(name: string): Application {
  const application = applicationNamed(name);
  if (application !== undefined) return application;
  throw usageFailure(`unknown application ${name}; known are ${applicationNames.join(', ')}`);
}

/** The file to write: the one named, that of the project in the current folder, else the person's own. */
export function fileOf(
  application: Application,
  { env, cwd }: Terminal,
  options: { readonly file?: string; readonly project?: true } = {},
): string {
  if (options.file !== undefined) return resolve(cwd, options.file);
  if (options.project === true) {
    const [file] = application.projectFiles;
    if (file === undefined) throw usageFailure(`${application.title} has no file in projects`);
    return resolve(cwd, file);
  }
  const path = usualFile(application, env);
  if (path === undefined) throw usageFailure(`${application.title} has no file on this platform: use --file`);
  return path;
}
