import { realEngine } from '../harness/docker/containers.ts';
import { judged, type Attempt } from './attempt.ts';
import { createBody } from './createBody.ts';
import { fromHostUser, type Request } from './probe.ts';
import type { Stage } from './stage.ts';

const overTcp = (what: string, request: (on: Stage) => Request): Attempt => [
  'host user, TCP',
  what,
  async (on) => judged(await fromHostUser({ host: '127.0.0.1', port: on.tcp.port, ...request(on) })),
];
const atCompose = (what: string, request: (on: Stage) => Request | Promise<Request>): Attempt => [
  'host user, compose',
  what,
  async (on) => judged(await fromHostUser({ path: '/version', ...(await request(on)) })),
];

/** What a user of the machine without any right of root tries. */
export const hostUserAttempts: readonly Attempt[] = [
  overTcp('lists containers', () => ({ path: '/containers/json' })),
  overTcp('guesses the secret', () => ({
    path: '/containers/json',
    headers: { 'x-lmcp-guard-secret': 'x'.repeat(64) },
  })),
  overTcp('sends an empty secret', () => ({ path: '/version', headers: { 'x-lmcp-guard-secret': '' } })),
  overTcp('stops a server', ({ tcp }) => ({ method: 'POST', path: `/containers/${tcp.victim}/stop` })),
  overTcp('removes a server', ({ tcp }) => ({ method: 'DELETE', path: `/containers/${tcp.victim}` })),
  overTcp('attaches to a server', ({ tcp }) => ({
    method: 'POST',
    path: `/containers/${tcp.victim}/attach`,
    headers: { Connection: 'Upgrade', Upgrade: 'tcp' },
  })),
  overTcp('creates a container', ({ tcp }) => ({
    method: 'POST',
    path: `/containers/create?name=lmcp-${tcp.instance}-x-1`,
    body: JSON.stringify(createBody(tcp.instance)),
  })),
  atCompose('opens the socket in its volume', async ({ project }) => {
    const { Mountpoint: folder } = await realEngine().docker.getVolume(`${project}_guard`).inspect();
    return { socketPath: `${folder}/guard.sock` };
  }),
  atCompose('opens the socket through /proc', async ({ stack }) => {
    const { State: state } = await realEngine().docker.getContainer(stack.idOf('guard')).inspect();
    return { socketPath: `/proc/${state.Pid}/root/run/lmcp/guard.sock` };
  }),
  atCompose('opens the socket of the gateway for the egress proxy', async ({ project }) => {
    const { Mountpoint: folder } = await realEngine().docker.getVolume(`${project}_egress`).inspect();
    return { socketPath: `${folder}/gateway.sock`, path: '/decide?token=x&host=example.com&port=443' };
  }),
  ...['http://169.254.169.254/', 'http://127.0.0.1:7345/health', 'http://example.com/'].map((url) =>
    atCompose(`asks the egress proxy for ${url}`, async ({ project, stack }) => {
      const proxy = await realEngine().docker.getContainer(stack.idOf('egress')).inspect();
      const host = proxy.NetworkSettings.Networks[`${project}_egress`]?.IPAddress ?? '';
      return { host, port: 3128, path: url };
    }),
  ),
  atCompose('connects to port 2375', () => ({ host: '127.0.0.1', port: 2375 })),
];
