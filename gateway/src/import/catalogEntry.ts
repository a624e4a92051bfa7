import { isRecord } from '../json/isRecord.ts';
import type { Entry } from '../connect/applications/application.ts';
import { askedFor } from './secretsApart.ts';
import type { ServerSection } from './toRegistry.ts';

/** `{{github.path}}`: a value that Docker's toolkit asks the person for. */
const template = /\{\{[^}]*\}\}/g;

/**
 * An entry of a Docker MCP catalog (`image`, `command`, `env`, `secrets`, `volumes`) as a server with `image:`.
 * @returns `missing` where it needs a value outside of its variables
 */
export function catalogEntry(
  entry: Entry,
): { readonly server: ServerSection } | { readonly missing: string } | undefined {
  const { image, command } = entry;
  if (typeof image !== 'string') return undefined;
  const args = texts(command);
  const volumes = texts(entry['volumes']);
  const missing = [...args, ...volumes].flatMap((text) => text.match(template) ?? [])[0];
  if (missing !== undefined) return { missing };
  const env = {
    ...pairs(entry['env'], 'name', ({ value }) => text(value).replaceAll(template, askedFor)),
    ...pairs(entry['secrets'], 'env', () => askedFor),
  };
  return {
    server: {
      transport: 'stdio',
      image,
      ...(args.length > 0 && { args }),
      ...(Object.keys(env).length > 0 && { env }),
      ...(volumes.length > 0 && { mounts: volumes.map(mount) }),
      // As Docker runs it.
      ...(entry['disableNetwork'] !== true && { network: 'bridge' }),
    },
  };
}

function mount(volume: string): ServerSection {
  const [source = '', target = '', mode = ''] = volume.split(':');
  return { source, target, read_only: mode.split(',').includes('ro') };
}

function pairs(
  list: unknown,
  key: string,
  valueOf: (item: Entry) => string,
): Readonly<Record<string, string>> {
  const items = (Array.isArray(list) ? list : []).filter(isRecord);
  return Object.fromEntries(
    items.flatMap((item) => (typeof item[key] === 'string' ? [[item[key], valueOf(item)]] : [])),
  );
}

function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : []).map(String);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
