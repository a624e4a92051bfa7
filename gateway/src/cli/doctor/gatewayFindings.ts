import { baseUrl, type Endpoint } from '../../endpoint.ts';
import type { CommandContext } from '../commandContext.ts';
import { findGateway, type Found } from '../live/findGateway.ts';
import { liveStatus, probe } from '../live/liveGateway.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { doubtful, fine, wrong, type Finding } from './finding.ts';

/** Does a gateway run, and who has its port? */
export async function gatewayFindings(
  { commandLine }: Pick<CommandContext, 'commandLine'>,
  file: RegistryFile,
): Promise<{ readonly endpoint: Endpoint; readonly findings: readonly Finding[] }> {
  const found = await findGateway(file);
  if (found.kind === 'running') {
    const { reach } = found;
    return { endpoint: reach, findings: [...(await running(reach)), ...socket(reach)] };
  }
  return { endpoint: found.endpoint, findings: [await absent(found, commandLine('serve'))] };
}

async function running(reach: Extract<Found, { kind: 'running' }>['reach']): Promise<Finding[]> {
  const live = await liveStatus(reach, 0, undefined);
  const audit = live['audit'] as { readonly ok: boolean };
  const foreign = (live['foreign_addresses'] ?? []) as readonly string[];
  return [
    audit.ok
      ? fine('gateway', `runs at ${baseUrl(reach)}`)
      : wrong('gateway', `runs at ${baseUrl(reach)}, and cannot write its log`, 'lmcp status says why'),
    ...foreign.map((host) => {
      const url = baseUrl({ ...reach, host });
      const fix = `end that program, or use ${baseUrl(reach)} in applications instead of localhost`;
      return doubtful('gateway', `another program has ${url}`, fix);
    }),
  ];
}

function socket(reach: { readonly socket?: string | undefined }): Finding[] {
  if (reach.socket !== undefined || process.platform === 'win32') return [];
  const fix = 'the output of lmcp serve says why; lmcp open needs the socket';
  return [doubtful('gateway', 'it has no Unix socket for commands', fix)];
}

async function absent(found: Extract<Found, { kind: 'none' }>, serve: string): Promise<Finding> {
  const url = baseUrl(found.endpoint);
  const there = await probe(found.endpoint);
  if (there.kind === 'nothing' && found.doubt === undefined)
    return doubtful('gateway', `none runs, and ${url} is free`, serve);
  const about = found.doubt?.message ?? `none runs, and another program has ${url}`;
  return wrong('gateway', about, 'stop that program, or take another port (lmcp.port)');
}
