import type { ReadContext } from '../schema/read/readContext.ts';
import type { SecretSource } from '../types.ts';
import { quoted, type RegistryPath } from '../yaml/problem.ts';
import { markOf } from './marks.ts';

const namePattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** The tokens of clients that the bridge sends; no server is given one. */
const clientSecretPrefix = 'lmcp-client-';

/** The name under which the token of a client is kept for the bridge. */
export function clientSecret(clientId: string): string {
  return clientSecretPrefix + clientId;
}

/** Why a text cannot be the name of a secret; null where it can. */
export function secretNameFault(name: string): string | null {
  return namePattern.test(name)
    ? null
    : 'a name is 1 to 128 letters, digits, _, . and -, and begins with a letter or _';
}

/** Whether a server may refer to the secret. */
function referenceFault(name: string): string | null {
  if (name.startsWith(clientSecretPrefix)) return 'a token of a client is not given to servers';
  return secretNameFault(name);
}

/** What stands for a secret while the registry is read; the server is noted as one that uses it. */
export function referenceTo(
  name: string,
  { references }: Pick<ReadContext, 'references'>,
): { readonly text: string } | { readonly fault: string } {
  const fault = referenceFault(name);
  if (fault !== null) return { fault };
  references?.add(name);
  return { text: markOf(name) };
}

/** Texts in which `${secret:NAME}` alone is filled in; `$${secret:NAME}` stands for `${secret:NAME}`. */
export function markReferences(text: string, path: RegistryPath, context: ReadContext): string {
  return text.replace(/\$(\$?\{secret:([^}]*)\})/g, (_, rest: string, name: string) => {
    if (rest.startsWith('$')) return rest;
    const found = referenceTo(name, context);
    if ('text' in found) return found.text;
    const message = `\`\${secret:…}\` names no secret: ${found.fault}`;
    context.findings.problem(path, message, 'write `${secret:NAME}`');
    return '';
  });
}

/** The secrets that a server refers to; one that is missing is a warning, because the other servers can be used. */
export function secretsOf(
  path: RegistryPath,
  { findings, references, secret }: ReadContext,
): { readonly secrets?: ReadonlyMap<string, SecretSource> } {
  if (references === undefined || references.size === 0) return {};
  const secrets = new Map([...references].map((name) => [name, secret?.(name) ?? unknownSecret(name)]));
  for (const [name, source] of secrets) {
    if (source.kind === 'missing')
      findings.warning(path, `the secret ${quoted(name)} is missing: ${source.why}`, source.fix);
  }
  return { secrets };
}

/** A secret that nothing defines. */
export function unknownSecret(name: string): SecretSource & { readonly kind: 'missing' } {
  return { kind: 'missing', why: 'it is not defined', fix: `run lmcp secret set ${name}` };
}
