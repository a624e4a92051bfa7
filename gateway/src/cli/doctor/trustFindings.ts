import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryFile } from '../registry/registryFile.ts';
import { doubtful, fine, wrong, type Finding } from './finding.ts';

/**
 * Does a proxy look into TLS here? Behind one a person gives its certificate to Node or to npm; servers get neither unless their
 * entry says so, and then fail to fetch packages or to reach their service.
 * @param home of the person
 */
export function trustFindings(
  { registry, env }: Pick<RegistryFile, 'registry' | 'env'>,
  home: string,
): Finding[] {
  const extra = env['NODE_EXTRA_CA_CERTS'] ?? '';
  const ofNpm = npmAuthority(env, home);
  if (extra === '') {
    if (ofNpm === undefined) return [];
    const about = `npm trusts the authority of ${ofNpm}, a proxy that looks into TLS perhaps, and Node does not`;
    return [doubtful('node', about, `set NODE_EXTRA_CA_CERTS=${ofNpm}`)];
  }
  if (textOf(extra)?.includes('-----BEGIN CERTIFICATE-----') !== true)
    return [
      wrong('node', `NODE_EXTRA_CA_CERTS is ${extra}, which holds no certificate`, 'correct or unset it'),
    ];
  const without = [...registry.servers.values()].filter(
    (server) => server.enabled && server.runtime === 'process' && !server.env.has('NODE_EXTRA_CA_CERTS'),
  );
  const about = `TLS connections are trusted to ${extra} as well (NODE_EXTRA_CA_CERTS): a proxy may look into them`;
  if (without.length === 0) return [fine('node', about)];
  const fix = `NODE_EXTRA_CA_CERTS: ${extra} under env of ${without.map(({ id }) => id).join(', ')}, where they fetch anything`;
  return [doubtful('node', `${about}; servers do not get it`, fix)];
}

/** The file that npm's own configuration names (`cafile`). */
function npmAuthority(env: RegistryFile['env'], home: string): string | undefined {
  const variable = env['npm_config_cafile'] ?? env['NPM_CONFIG_CAFILE'] ?? '';
  if (variable !== '') return variable;
  return /^\s*cafile\s*=\s*"?([^"\r\n]+?)"?\s*$/m.exec(textOf(join(home, '.npmrc')) ?? '')?.[1];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
