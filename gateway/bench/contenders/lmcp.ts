import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../processes/freePort.ts';
import { echoImage } from '../containers/echoImage.ts';
import type { Contender, RunningContender, Setting } from './contender.ts';
import { launch } from './launch.ts';

const command = fileURLToPath(new URL('../../bin/lmcp.mjs', import.meta.url));
const unauditedGateway = fileURLToPath(new URL('unauditedGateway.ts', import.meta.url));

/** The product as it is: authentication, tool policy, and the durable audit log. */
export const lmcp: Contender = {
  name: 'LMCP',
  kind: 'lmcp',
  start: (setting) => startOn(setting, 'LMCP', { nodeArgs: serve, server: asProcess(setting) }),
};

/** The product before the same server in a container, hardened as every `image:` entry is. */
export const lmcpContainer: Contender = {
  name: 'LMCP, container',
  kind: 'lmcp',
  start: (setting) =>
    startOn(setting, 'LMCP-container', { nodeArgs: serve, server: { image: echoImage, pull: 'never' } }),
};

/** The same gateway with an audit log that keeps nothing: what the log costs is the difference. */
export const lmcpUnaudited: Contender = {
  name: 'LMCP without audit',
  kind: 'lmcp',
  start: (setting) =>
    startOn(setting, 'LMCP-without-audit', {
      nodeArgs: (registry) => [unauditedGateway, registry],
      server: asProcess(setting),
    }),
};

interface Form {
  readonly nodeArgs: (registryPath: string) => string[];
  /** The server's own part of its registry entry. */
  readonly server: object;
}

function serve(registryPath: string): string[] {
  return [command, 'serve', '--registry', registryPath];
}

function asProcess({ server: [program, ...args] }: Setting): object {
  return { command: program, args };
}

async function startOn(
  setting: Setting,
  folderName: string,
  { nodeArgs, server }: Form,
): Promise<RunningContender> {
  const port = await freePort();
  const token = randomBytes(32).toString('base64url');
  const folder = join(setting.runFolder, folderName, 'config');
  await mkdir(folder, { recursive: true });
  // What keeps no log makes no folder for it, and the gateway watches that folder.
  await mkdir(join(folder, '../logs'), { recursive: true });
  const registryPath = join(folder, 'registry.yaml');
  await writeFile(registryPath, registryText(port, token, server), { mode: 0o600 });
  const headers = { 'x-lmcp-client-id': 'bench', 'x-lmcp-token': token };
  const target = { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers, tool: 'echo__echo' } as const;
  return launch({ name: folderName, nodeArgs: nodeArgs(registryPath), port, target }, setting);
}

/** JSON is YAML: nothing needs quoting of its own. */
function registryText(port: number, token: string, server: object): string {
  return JSON.stringify({
    lmcp: { port },
    clients: { bench: { token, allow_servers: ['echo'] } },
    servers: {
      echo: {
        transport: 'stdio',
        ...server,
        tool_policy: { mode: 'allow_list', allow_tools: ['echo'] },
      },
    },
  });
}
