import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../processes/freePort.ts';
import { echoImage } from '../containers/echoImage.ts';
import type { Contender, RunningContender, Setting } from './contender.ts';
import type { HttpTarget } from '../load/mcpConnection.ts';
import { launch, type Launch } from './launch.ts';

const command = fileURLToPath(new URL('../../bin/lmcp.mjs', import.meta.url));
export const clientId = 'bench';
const unauditedGateway = fileURLToPath(new URL('unauditedGateway.ts', import.meta.url));

/** The product as it is: authentication, tool policy, and the durable audit log. */
export const lmcp: Contender = {
  name: 'LMCP',
  kind: 'lmcp',
  start: (setting) => start(setting, 'LMCP', { servers: echo(asProcess(setting)) }),
};

/** The product before the same server in a container, hardened as every `image:` entry is. */
export const lmcpContainer: Contender = {
  name: 'LMCP, container',
  kind: 'lmcp',
  start: (setting) =>
    start(setting, 'LMCP-container', { servers: echo({ image: echoImage, pull: 'never' }) }),
};

/** The same gateway with an audit log that keeps nothing: what the log costs is the difference. */
export const lmcpUnaudited: Contender = {
  name: 'LMCP without audit',
  kind: 'lmcp',
  start: (setting) =>
    start(setting, 'LMCP-without-audit', {
      servers: echo(asProcess(setting)),
      nodeArgs: (registry) => [unauditedGateway, registry],
    }),
};

interface Form {
  /** Registry entries. */
  readonly servers: Readonly<Record<string, object>>;
  /** The product's own command, where nothing else is said. */
  readonly nodeArgs?: (registryPath: string) => string[];
}

function echo(entry: object): Form['servers'] {
  return { echo: { ...entry, tool_policy: { mode: 'allow_list', allow_tools: ['echo'] } } };
}

function asProcess({ server: [program, ...args] }: Setting): object {
  return { command: program, args };
}

async function start(setting: Setting, name: string, form: Form): Promise<RunningContender> {
  return launch(await prepareLmcp(setting, name, form), setting);
}

export type PreparedLmcp = Launch & { readonly target: HttpTarget; readonly registryPath: string };

/** Writes the registry of a gateway in a folder of that name, with one client that may use all its servers. */
export async function prepareLmcp(
  setting: Setting,
  name: string,
  { servers, nodeArgs = (registryPath) => [command, ...serve(registryPath)] }: Form,
): Promise<PreparedLmcp> {
  const port = await freePort();
  const token = randomBytes(32).toString('base64url');
  const folder = join(setting.runFolder, name, 'config');
  await mkdir(folder, { recursive: true });
  // What keeps no log makes no folder for it, and the gateway watches that folder.
  await mkdir(join(folder, '../logs'), { recursive: true });
  const registryPath = join(folder, 'registry.yaml');
  await writeFile(registryPath, registryText(port, token, servers), { mode: 0o600 });
  const headers = { 'x-lmcp-client-id': clientId, 'x-lmcp-token': token };
  const tool = `${Object.keys(servers)[0] ?? ''}__echo`;
  const target = { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers, tool } as const;
  return { name, nodeArgs: nodeArgs(registryPath), port, target, registryPath };
}

/** The arguments of `lmcp` that serve this registry. */
export function serve(registryPath: string): string[] {
  return ['serve', '--registry', registryPath];
}

/** JSON is YAML: nothing needs quoting of its own. */
function registryText(port: number, token: string, servers: Form['servers']): string {
  const entries = Object.entries(servers).map(
    ([id, entry]) => [id, { transport: 'stdio', ...entry }] as const,
  );
  return JSON.stringify({
    lmcp: { port },
    clients: { [clientId]: { token, allow_servers: entries.map(([id]) => id) } },
    servers: Object.fromEntries(entries),
  });
}
