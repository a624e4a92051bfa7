import { isRecord } from '../../json/isRecord.ts';
import type { Entry } from '../../connect/applications/application.ts';

type Texts = Readonly<Record<string, string>>;

/** The variables that an entry passes on by their names: `env_vars` of Codex, `env_keys` of Goose. */
export function namedVariables(entry: Entry): Texts {
  const listed: readonly unknown[] = [entry['env_vars'], entry['env_keys']].filter(Array.isArray).flat();
  const names = listed
    .map((item) => (isRecord(item) ? item['name'] : item))
    .filter((name) => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, `\${${name}}`]));
}

/** The headers of an entry, with those that it takes from variables by their names (Codex): these win, its token over all. */
export function withNamedHeaders(entry: Entry, written: Texts | undefined): Texts | undefined {
  const { env_http_headers: named, bearer_token_env_var: token } = entry;
  const added = [
    ...Object.entries(isRecord(named) ? named : {})
      .filter(([, name]) => typeof name === 'string')
      .map(([header, name]) => [header, `\${${String(name)}}`] as const),
    ...(typeof token === 'string' ? [['Authorization', `Bearer \${${token}}`] as const] : []),
  ];
  return added.reduce((headers, [header, value]) => withHeader(headers, header, value), written);
}

/** Names of headers are equal in any case. */
function withHeader(headers: Texts | undefined, name: string, value: string): Texts {
  const others = Object.entries(headers ?? {}).filter(
    ([other]) => other.toLowerCase() !== name.toLowerCase(),
  );
  return Object.fromEntries([...others, [name, value]]);
}
