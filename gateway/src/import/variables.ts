import { askedFor } from './secretsApart.ts';

/** A value with the variables of its application in the registry's spelling, or what keeps it from being used. */
export type Translated =
  | { readonly ok: true; readonly text: string; readonly variables: readonly string[] }
  | { readonly ok: false; readonly missing: string };

const reference = /\$\{\{[^}]*\}\}|\{file:[^}]*\}|\$\{([^}]*)\}|\{env:([^}]*)\}|%([A-Za-z_][A-Za-z0-9_]*)%/g;
/** A secret of Continue, and the content of a file in OpenCode. */
const keptElsewhere = /^(?:\$\{\{|\{file:)/;
/** A value that was never filled in. */
const placeholder = /^<[^<>]+>$|^your[-_ ]|^(xxx+|changeme|replace[-_ ]?me)$/i;
const name = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * `${env:NAME}`, `{env:NAME}`, `%NAME%` and `${NAME}` become `${NAME}`, which the registry reads from the environment of the
 * gateway; `${NAME:-default}` becomes the default where the variable is not set now. What asks the person, depends on a
 * workspace, or stands for a value that was never filled in cannot be carried over.
 * @param env the environment in which defaults are chosen
 */
export function translate(text: string, env: Readonly<Record<string, string | undefined>>): Translated {
  if (placeholder.test(text)) return { ok: false, missing: text };
  let missing: string | undefined;
  const variables: string[] = [];
  const result = text.replace(
    reference,
    (whole, braced: string | undefined, env1?: string, env2?: string) => {
      const inner = braced ?? env1 ?? env2 ?? '';
      if (whole === askedFor) return whole;
      const [variable = '', fallback] = inner.replace(/^env:/, '').split(':-');
      if (!name.test(variable)) {
        missing ??= whole;
        return whole;
      }
      if (fallback !== undefined && env[variable] === undefined) return fallback;
      variables.push(variable);
      return `\${${variable}}`;
    },
  );
  return missing === undefined ? { ok: true, text: result, variables } : { ok: false, missing };
}

/**
 * A value in which everything that the person still has to give is marked: what the application asks for, what was never filled in,
 * and variables that are not set in this environment.
 */
export function withAsked(text: string, env: Readonly<Record<string, string | undefined>>): string {
  const [, scheme = '', value = text] = /^(Bearer |Basic |Token )?(.*)$/s.exec(text) ?? [];
  if (placeholder.test(value)) return scheme + askedFor;
  return text.replace(reference, (whole, braced: string | undefined, env1?: string, env2?: string) => {
    const [variable = '', fallback] = (braced ?? env1 ?? env2 ?? '').replace(/^env:/, '').split(':-');
    if (braced?.startsWith('input:') === true || keptElsewhere.test(whole)) return askedFor;
    const isUnset = name.test(variable) && fallback === undefined && (env[variable] ?? '') === '';
    return isUnset ? askedFor : whole;
  });
}

/** The variables in a value that mean the folder of a project: left where it belongs to none. */
export function ofWorkspace(value: unknown): readonly string[] {
  const found = JSON.stringify(value).match(/\$\{workspaceFolder(?:Basename)?\}/g) ?? [];
  return [...new Set(found)];
}
