import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { applicationNames, applicationNamed, applications } from '../../connect/applications/applications.ts';
import type { Application } from '../../connect/applications/application.ts';
import type { Platform } from '../../connect/applications/platform.ts';
import { hereOs } from '../../connect/snippet.ts';
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
  const files = application.userFiles(platformOf(env));
  const path = files.find((file) => existsSync(file)) ?? files[0];
  if (path === undefined) throw usageFailure(`${application.title} has no file on this platform: use --file`);
  return path;
}

/** The person's files of an application, whether they are there or not. */
export function filesOf(application: Application, { env }: Terminal): readonly string[] {
  return application.userFiles(platformOf(env));
}

/** The applications that have been used here: their file, or the folder made for it, is there. */
export function foundApplications({ env }: Terminal): readonly Application[] {
  const platform = platformOf(env);
  const shared = new Set([
    platform.home,
    resolve(platform.home, '.config'),
    resolve(platform.home, '.cache'),
  ]);
  return applications.filter((application) =>
    application
      .userFiles(platform)
      .some((file) => existsSync(file) || (!shared.has(dirname(file)) && existsSync(dirname(file)))),
  );
}

/** The person's home folder. */
export function homeOf(env: Terminal['env']): string {
  const home = env['HOME'] ?? '';
  return home === '' || hereOs() === 'win32' ? homedir() : home;
}

function platformOf(env: Terminal['env']): Platform {
  return { os: hereOs(), home: homeOf(env), env };
}
