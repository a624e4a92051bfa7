import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { hereOs } from '../snippet.ts';
import type { Application } from './application.ts';
import { applications } from './applications.ts';
import type { Platform } from './platform.ts';

/** The environment of the person whose files are looked for. */
type Env = Platform['env'];

/** The person's files of an application, whether they are there or not. */
export function filesOf(application: Application, env: Env): readonly string[] {
  return application.userFiles(platformOf(env));
}

/** The one that is there, else the usual one; undefined where the application has none on this platform. */
export function usualFile(application: Application, env: Env): string | undefined {
  const files = filesOf(application, env);
  return files.find((file) => existsSync(file)) ?? files[0];
}

/** The applications that have been used here: their file, or the folder made for it, is there. */
export function foundApplications(env: Env): readonly Application[] {
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
export function homeOf(env: Env): string {
  const home = env['HOME'] ?? '';
  return home === '' || hereOs() === 'win32' ? homedir() : home;
}

/** This machine, for that person. */
export function platformOf(env: Env): Platform {
  return { os: hereOs(), home: homeOf(env), env };
}
