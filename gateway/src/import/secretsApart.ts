import { hasSecretName, looksGenerated } from '../upstream/secrets/looksSecret.ts';
import type { ServerSection } from './toRegistry.ts';

/** Represents a value that the person still has to give. */
export const askedFor = '${secret:?}';

/** A server whose secrets are stored apart from it. */
export interface Apart {
  readonly server: ServerSection;
  /** By the name that the server refers to. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The names of those that are still to be given. */
  readonly asked: readonly string[];
}

/**
 * Moves what looks secret out of a server: values of variables, headers, options and queries whose name says so, or that look
 * generated.
 * @param nameFor a free name close to the wanted one, or that of a secret with the same value
 */
export function secretsApart(
  id: string,
  server: ServerSection,
  nameFor: (wanted: string, value: string | null) => string,
): Apart {
  const secrets = new Map<string, string>();
  const asked: string[] = [];
  const reference = (key: string, value: string): string => {
    const name = nameFor(wantedName(id, key), value);
    secrets.set(name, value);
    return `\${secret:${name}}`;
  };
  const toBeGiven = (key: string, text: string): string => {
    const name = nameFor(wantedName(id, key), null);
    asked.push(name);
    return text.replaceAll(askedFor, `\${secret:${name}}`);
  };
  const named = (key: string, text: string): string => {
    if (text.includes(askedFor)) return toBeGiven(key, text);
    const [, scheme = '', value = text] = /^(Bearer |Basic |Token )?(.*)$/s.exec(text) ?? [];
    return isSecret(key, value) ? scheme + reference(key, value) : inUrl(text, reference);
  };
  const { env, headers, args, url } = server;
  const apart = {
    ...server,
    ...(env !== undefined && { env: mapValues(env, named) }),
    ...(headers !== undefined && { headers: mapValues(headers, named) }),
    ...(Array.isArray(args) && { args: apartArguments(args as string[], named) }),
    ...(typeof url === 'string' && { url: inUrl(url, reference) }),
  };
  return { server: apart, secrets, asked };
}

/** `github.GITHUB_TOKEN`; ids may begin with a digit, names of secrets may not. */
export function wantedName(id: string, key: string): string {
  return `${id}.${key}`
    .replaceAll(/[^A-Za-z0-9_.-]/g, '_')
    .replace(/^(?=[0-9])/, '_')
    .slice(0, 120);
}

/** What the registry fills in itself is no secret. */
function isSecret(name: string, value: string): boolean {
  if (value === '' || value.includes('${')) return false;
  return (hasSecretName(name) && value.length >= 4) || looksGenerated(value);
}

/** `--name value`, `--name=value`, `NAME=value`, and what looks generated. */
function apartArguments(
  args: readonly string[],
  named: (name: string, text: string) => string,
): readonly string[] {
  return args.map((word, index) => {
    const [, option, value] = /^(-{0,2}[A-Za-z][\w.-]*=)(.+)$/s.exec(word) ?? [];
    if (option !== undefined && value !== undefined)
      return option + named(option.replaceAll(/^-+|=$/g, ''), value);
    const before = /^--([A-Za-z][\w.-]*)$/.exec(args[index - 1] ?? '')?.[1];
    return named(before !== undefined && !word.startsWith('-') ? before : `arg${index + 1}`, word);
  });
}

/** The values of a query; a password before the host cannot be stored apart, because it decides who is asked. */
function inUrl(text: string, reference: (name: string, value: string) => string): string {
  if (!/^https?:\/\//.test(text)) return text;
  return text.replaceAll(/([?&])([^=&#]+)=([^&#]+)/g, (whole, start: string, name: string, value: string) => {
    const plain = decoded(value);
    return isSecret(name, plain) ? `${start}${name}=${reference(name, plain)}` : whole;
  });
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function mapValues(
  section: unknown,
  change: (name: string, text: string) => string,
): Readonly<Record<string, string>> {
  const texts = Object.entries(section as Readonly<Record<string, string>>);
  return Object.fromEntries(texts.map(([name, text]) => [name, change(name, text)]));
}
