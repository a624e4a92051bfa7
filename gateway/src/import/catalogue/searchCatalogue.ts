import type { ServerJson } from './serverJson.ts';

/** The server of that name: in full, its last part, or the identifier of one of its packages. */
export function serverNamed(servers: readonly ServerJson[], name: string): ServerJson | undefined {
  const wanted = name.toLowerCase();
  return servers.find((server) => namesOf(server).includes(wanted));
}

/** Those that have every word of a query in their names, packages or descriptions; those with it in a name first. */
export function searchCatalogue(servers: readonly ServerJson[], query: string): readonly ServerJson[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = servers.filter((server) => {
    const text = [...namesOf(server), server.title, server.description].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const isNamed = (server: ServerJson): boolean =>
    words.every((word) => namesOf(server).some((name) => name.includes(word)));
  return [...found.filter(isNamed), ...found.filter((server) => !isNamed(server))];
}

/** What it runs, for a person: its package, or where it is. */
export function originOf({ packages = [], remotes = [] }: ServerJson): string {
  const [one] = packages;
  if (one !== undefined) return [one.registryType, one.identifier, one.version ?? ''].join(' ').trim();
  return remotes[0]?.url ?? '';
}

/** The whole command line, or the URL: the person decides on what is started. */
export function commandLineOf({ command, args, url }: Readonly<Record<string, unknown>>): string {
  if (typeof command !== 'string') return String(url);
  return [command, ...(Array.isArray(args) ? args.map(String) : [])].join(' ');
}

/** `io.github.user/server-time` is `time`. */
export function shortName(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.replace(/^(mcp-)?server-|-mcp(-server)?$|-server$/g, '') || last;
}

function namesOf({ name, packages = [] }: ServerJson): readonly string[] {
  const all = [name, name.slice(name.lastIndexOf('/') + 1), shortName(name)];
  return [...all, ...packages.map(({ identifier }) => identifier)].map((one) => one.toLowerCase());
}
