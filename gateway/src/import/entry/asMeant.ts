import { sep } from 'node:path';
import type { Application, Entry } from '../../connect/applications/application.ts';
import { homeOf } from '../../connect/applications/onThisMachine.ts';
import type { Platform } from '../../connect/applications/platform.ts';
import type { FoundServer } from '../found.ts';
import { inCommonForm } from './commonForm.ts';
import { inProject } from './inProject.ts';
import { mapTexts } from './mapTexts.ts';

/**
 * A server as its application reads it on this machine: variables as `${NAME}`, and the folders of the person and the project in
 * place of the application's own names for them.
 * @param variables how its application reads `$NAME`
 * @param env of the person
 */
export function asMeant(
  server: FoundServer,
  variables: Application['variables'],
  env: Platform['env'],
): FoundServer {
  return inProject(atHome(inCommonForm(server, variables, env), homeOf(env)));
}

/** `${userHome}`, `${pathSeparator}` and `${/}` are filled in by VS Code and Cursor. */
function atHome(server: FoundServer, home: string): FoundServer {
  const filled = (text: string): string =>
    text.replaceAll('${userHome}', () => home).replaceAll(/\$\{(?:pathSeparator|\/)\}/g, () => sep);
  return { ...server, entry: mapTexts(server.entry, filled) as Entry };
}
