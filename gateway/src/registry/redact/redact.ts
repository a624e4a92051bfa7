import { isRecord } from '../../json/isRecord.ts';
import { parse } from 'yaml';
import { clientSchema } from '../schema/clientSchema.ts';
import { shownArgs } from '../container/run/dockerSecrets.ts';
import { isPlaceholder } from '../schema/tokens.ts';

type TokenStatus = 'empty' | 'placeholder' | 'set';

/**
 * A registry as it may be shown: every token as its status, every value of `env` and `headers` as `set` or `empty`, the values
 * that `docker run -e NAME=value` writes out hidden. What the registry does not know is left out, because nobody can say
 * what it holds.
 * @param text of a valid registry
 */
export function redactRegistry(text: string): Record<string, unknown> {
  const registry: unknown = parse(text, { logLevel: 'error' });
  if (!isRecord(registry)) return { lmcp: {}, clients: {}, servers: {} };
  return {
    lmcp: redactSettings(sectionOf(registry['lmcp'])),
    clients: mapValues(sectionOf(registry['clients']), redactClient),
    servers: mapValues(sectionOf(registry['servers']), redactServer),
  };
}

function redactSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { management_token: clear, management_token_sha256: digest, ...rest } = settings;
  return { ...rest, management_token_status: tokenStatus([clear, digest]) };
}

function redactClient(raw: unknown): Record<string, unknown> {
  const client = sectionOf(raw);
  const tokenKeys = Object.keys(clientSchema.shape).filter((key) => key.startsWith('token'));
  const shown = Object.entries(client).filter(
    ([key]) => (key in clientSchema.shape && !tokenKeys.includes(key)) || key === 'tool_policy',
  );
  const tokens = ['token', 'token_file', 'token_sha256'].map((key) => client[key]);
  return { token_status: tokenStatus(tokens), ...Object.fromEntries(shown) };
}

function redactServer(raw: unknown): Record<string, unknown> {
  const server = sectionOf(raw);
  return mapValues(server, (value, key) => {
    if (key === 'env' || key === 'headers') return mapValues(sectionOf(value), setOrEmpty);
    return key === 'args' ? shownArgs(server['command'], value) : value;
  });
}

/** The worst of what is there decides, as it does when the registry is validated. */
function tokenStatus(values: readonly unknown[]): TokenStatus {
  const tokens = values.flat().filter((value) => typeof value === 'string' && value !== '');
  if (tokens.length === 0) return 'empty';
  return tokens.some((token) => isPlaceholder(token as string)) ? 'placeholder' : 'set';
}

function setOrEmpty(value: unknown): 'set' | 'empty' {
  return value === '' || value === null ? 'empty' : 'set';
}

function sectionOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function mapValues(
  section: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(section).map(([key, value]) => [key, change(value, key)]));
}
