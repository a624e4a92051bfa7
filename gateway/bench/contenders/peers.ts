import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../processes/freePort.ts';
import type { Contender } from './contender.ts';
import { launch } from './launch.ts';

const loopbackListen = fileURLToPath(new URL('loopbackListen.mjs', import.meta.url));

/** github.com/supercorp-ai/supergateway: stateful Streamable HTTP, one server process a session; its log turned off. */
export const supergateway: Contender = {
  name: 'supergateway 4.0.0',
  kind: 'peer',
  async start(setting) {
    const port = await freePort();
    const bin = join(setting.peersFolder, 'node_modules/.bin/supergateway');
    const options = ['--outputTransport', 'streamableHttp', '--stateful', '--logLevel', 'none'];
    return launch(
      {
        name: this.name,
        nodeArgs: [
          '--import',
          loopbackListen,
          bin,
          '--stdio',
          setting.server.join(' '),
          '--port',
          String(port),
          ...options,
        ],
        port,
        target: endpoint(port),
      },
      setting,
    );
  },
};

/** github.com/punkpeye/mcp-proxy: stateful Streamable HTTP, all sessions on one server process; its defaults. */
export const mcpProxy: Contender = {
  name: 'mcp-proxy 6.7.19',
  kind: 'peer',
  async start(setting) {
    const port = await freePort();
    const bin = join(setting.peersFolder, 'node_modules/.bin/mcp-proxy');
    const options = ['--host', '127.0.0.1', '--port', String(port), '--server', 'stream'];
    return launch(
      { name: this.name, nodeArgs: [bin, ...options, '--', ...setting.server], port, target: endpoint(port) },
      setting,
    );
  },
};

function endpoint(port: number) {
  return { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {}, tool: 'echo' } as const;
}
