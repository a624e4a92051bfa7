import type { Application, Entry } from '../../connect/applications/application.ts';
import type { FoundServer } from '../found.ts';
import { mapTexts } from './mapTexts.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Asked for like every other value in angle brackets. */
const output = '<the output of a command>';
const scheme = /^(?:Bearer |Basic |Token )?/;

/**
 * A server whose values spell variables as `${NAME}`, which every application's entries may have.
 * @param variables how its application reads `$NAME`
 * @param env of the person
 */
export function inCommonForm(
  server: FoundServer,
  variables: Application['variables'],
  env: Env,
): FoundServer {
  if (variables === undefined) return server;
  const change = (text: string): string => (variables === 'shell' ? ofShell(text) : braced(text, env));
  return { ...server, entry: mapTexts(server.entry, change) as Entry };
}

/** In Gemini CLI a variable that is not set is text: inside of a word it is taken for a part of that, as in a password. */
function braced(text: string, env: Env): string {
  return text.replaceAll(/\$([A-Za-z_]\w*)/g, (whole, name: string, at: number) => {
    const isInWord = /[\w$]/.test(text.charAt(at - 1));
    return isInWord && (env[name] ?? '') === '' ? whole : `\${${name}}`;
  });
}

/** A command is not run here, and its output may be part of a secret: the whole value is asked for. */
function ofShell(text: string): string {
  if (/\$\(|`/.test(text)) return (scheme.exec(text)?.[0] ?? '') + output;
  return text.replaceAll(/\$\{([A-Za-z_]\w*):?\?[^}]*\}/g, '${$1}').replaceAll(/\$([A-Za-z_]\w*)/g, '${$1}');
}
