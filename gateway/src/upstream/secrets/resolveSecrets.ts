import { messageOf, UpstreamError } from '../../errors.ts';
import { fillMarks, fillMarksInUrl, markedIn, markOf } from '../../registry/secrets/marks.ts';
import type { SecretSource, Server } from '../../registry/types.ts';
import type { OpenChannel } from '../types.ts';
import { knowSecrets } from './withoutSecrets.ts';

/** Reads the value of a source. Rejects with an error whose message is for the administrator and contains no value. */
export type ReadSecret = (source: Exclude<SecretSource, { readonly kind: 'missing' }>) => Promise<string>;

/** Opens servers with their secrets resolved; only the channel sees the values. */
export function withSecrets<S extends Server>(open: OpenChannel<S>, read: ReadSecret): OpenChannel<S> {
  return async (server, events, signal) =>
    open(
      server.secrets === undefined ? server : await resolved(server, server.secrets, read),
      events,
      signal,
    );
}

async function resolved<S extends Server>(
  server: S,
  secrets: ReadonlyMap<string, SecretSource>,
  read: ReadSecret,
): Promise<S> {
  const values = new Map(
    await Promise.all(
      [...secrets].map(async ([name, source]) => [name, await valueOf(server, name, source, read)] as const),
    ),
  );
  const filled = filledIn(server, (name) => values.get(name) ?? markOf(name)) as S;
  for (const one of [server, filled]) knowSecrets(one, values.values());
  return filled;
}

/** Resolves a value that refers to secrets, such as `auth.client_secret`. @throws UpstreamError if one is missing */
export async function readReference(server: Server, reference: string, read: ReadSecret): Promise<string> {
  const sources = server.secrets ?? new Map<string, SecretSource>();
  const names = markedIn(reference);
  const found = await Promise.all(
    names.map(async (name) => valueOf(server, name, sources.get(name) ?? unknown(name), read)),
  );
  return fillMarks(reference, (name) => found[names.indexOf(name)] ?? '');
}

const unknown = (name: string): SecretSource => ({
  kind: 'missing',
  why: 'it is not defined',
  fix: `run lmcp secret set ${name}`,
});

async function valueOf(
  { id, runtime }: Server,
  name: string,
  source: SecretSource,
  read: ReadSecret,
): Promise<string> {
  const failed = (why: string, fix: string): UpstreamError =>
    new UpstreamError(
      'start_failed',
      `Server "${id}" could not be started: its secret ${name} is missing. Ask the administrator to set it.`,
      `the secret ${name}: ${why}; ${fix}`,
    );
  if (source.kind === 'missing') throw failed(source.why, source.fix);
  let value: string;
  try {
    value = await read(source);
  } catch (error) {
    throw failed(messageOf(error), `run lmcp secret check ${name}`);
  }
  if (value === '') throw failed('it is empty', `run lmcp secret set ${name}`);
  if (!valid[runtime].test(value))
    throw failed('it holds characters that cannot be handed over', 'remove them');
  return value;
}

/** A process environment allows no NUL; a header allows no line break (RFC 9110 section 5.5). */
const valid = {
  process: /^[^\0]*$/,
  container: /^[^\0]*$/,
  http: /^[\t\x20-\x7e\x80-\xff]*$/,
} as const;

function filledIn(server: Server, valueOfName: (name: string) => string): Server {
  const fill = (text: string): string => fillMarks(text, valueOfName);
  const values = (map: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map([...map].map(([name, value]) => [name, fill(value)]));
  switch (server.runtime) {
    case 'http':
      return {
        ...server,
        url: new URL(fillMarksInUrl(server.url.href, valueOfName)),
        headers: values(server.headers),
      };
    case 'process':
      return { ...server, args: server.args.map(fill), env: values(server.env) };
    case 'container': {
      const { spec } = server;
      const args = spec.args.map(fill);
      return { ...server, spec: { ...spec, args, shownArgs: spec.args, env: values(spec.env) } };
    }
  }
}
