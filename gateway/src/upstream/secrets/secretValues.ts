import type { Server } from '../../registry/types.ts';
import { hasSecretName, looksGenerated } from './looksSecret.ts';

/**
 * What is secret in a server's definition: the values of all headers; credentials and query values of URLs; environment values
 * and arguments whose name says so or that look generated.
 */
export function secretValues(server: Server): ReadonlySet<string> {
  switch (server.runtime) {
    case 'http':
      return new Set([...[...server.headers.values()].flatMap(ofHeader), ...ofUrl(server.url.href)]);
    case 'process':
      return new Set([...ofEnvironment(server.env), ...ofArguments(server.args)]);
    case 'container':
      return new Set([...ofEnvironment(server.spec.env), ...ofArguments(server.spec.args)]);
  }
}

/** Whether the value of an environment variable is secret, or holds something that is. */
export function isSecretVariable(name: string, value: string): boolean {
  return ofNamed(name, value).some((secret) => secret !== '');
}

/** The value, and what follows the scheme of credentials (RFC 9110, section 11.4). */
function ofHeader(value: string): string[] {
  const [, scheme = '', credentials] = /^([A-Za-z][A-Za-z0-9-]*) +(\S.*)$/.exec(value) ?? [];
  if (credentials === undefined) return [value];
  if (scheme.toLowerCase() !== 'basic') return [value, credentials];
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  return [value, credentials, pair, pair.slice(pair.indexOf(':') + 1)];
}

function ofEnvironment(env: ReadonlyMap<string, string>): string[] {
  return [...env].flatMap(([name, value]) => ofNamed(name, value));
}

function ofNamed(name: string, value: string): string[] {
  return hasSecretName(name) ? [value, ...ofValue(value)] : ofValue(value);
}

function ofValue(value: string): string[] {
  return looksGenerated(value) ? [value] : ofUrl(value);
}

/** `--name value`, `--name=value` and `NAME=value`. */
function ofArguments(args: readonly string[]): string[] {
  return args.flatMap((argument, index) => {
    const [, name, value] = /^-{0,2}([A-Za-z][\w.-]*)=(.+)$/s.exec(argument) ?? [];
    if (name !== undefined && value !== undefined) return ofNamed(name, value);
    const before = args[index - 1] ?? '';
    const option = /^--?[A-Za-z]/.test(before) && !before.includes('=') && !argument.startsWith('-');
    return option ? ofNamed(before.replace(/^-+/, ''), argument) : ofValue(argument);
  });
}

/** Credentials and query values, of addresses that no URL parser knows (`jdbc:…`) as well. */
function ofUrl(text: string): string[] {
  const [, credentials] = /:\/\/([^/?#\s]*)@/.exec(text) ?? [];
  if (!text.includes('://')) return [];
  const query = /\?([^#]*)/.exec(text)?.[1] ?? '';
  const values = query.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1));
  const password = credentials?.slice(credentials.indexOf(':') + 1);
  const found = [credentials, password, ...values].filter((value) => value !== undefined);
  return found.flatMap((value) => [value, decoded(value)]);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
