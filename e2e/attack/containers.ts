import { fixtureImage, realEngine } from '../harness/docker/containers.ts';
import { judged, type Attempt } from './attempt.ts';
import { fromContainer, type Request } from './probe.ts';
import type { Stage } from './stage.ts';

const { docker } = realEngine();

const requests: readonly (readonly [what: string, request: (on: Stage) => Request | Promise<Request>])[] = [
  ['connects to guard:2375', () => ({ host: 'guard', port: 2375 })],
  ['connects to the host’s loopback', ({ tcp }) => ({ host: 'host.docker.internal', port: tcp.port })],
  [
    'connects to the bridge',
    async ({ tcp, project }) => ({ host: await bridgeAddress(project), port: tcp.port }),
  ],
  ['opens the guard’s socket', () => ({ socketPath: '/run/lmcp/guard.sock' })],
  ['opens the engine’s socket', () => ({ socketPath: '/var/run/docker.sock' })],
];

/** The host's own address on the network of servers. */
async function bridgeAddress(project: string): Promise<string> {
  const network = (await docker.getNetwork(`${project}-servers`).inspect()) as {
    IPAM: { Config: readonly { Gateway: string }[] };
  };
  return network.IPAM.Config[0]?.Gateway ?? '';
}

const inServer = (place: string, idOf: (on: Stage) => string): Attempt[] =>
  requests.map(([what, request]) => [
    place,
    what,
    async (on) => judged(await fromContainer(idOf(on), { path: '/version', ...(await request(on)) })),
  ]);

/** A container of somebody else on one of the stack's networks. */
const inNeighbour = (network: string, networkOf: (on: Stage) => string): Attempt => [
  'neighbour',
  `looks for the guard on the network ${network}`,
  async (on) => {
    const neighbour = await docker.createContainer({
      name: `neighbour-${on.project}`,
      Image: fixtureImage,
      Entrypoint: ['sleep', '60'],
      HostConfig: { NetworkMode: networkOf(on) },
    });
    try {
      await neighbour.start();
      const hosts = ['guard', on.stack.idOf('guard').slice(0, 12), 'gateway', 'host.docker.internal'];
      const replies = await Promise.all(
        hosts.map((host) => fromContainer(neighbour.id, { host, port: 2375, path: '/version' })),
      );
      return judged(replies.find(({ status }) => status > 0) ?? replies[0]!);
    } finally {
      await neighbour.remove({ force: true, v: true });
    }
  },
];

/** What servers try, and containers beside them. */
export const containerAttempts: readonly Attempt[] = [
  ...inServer('server with network', ({ sibling }) => sibling),
  ...inServer('server without network', ({ tcp }) => tcp.victim),
  inNeighbour('of the gateway', ({ project }) => `${project}_default`),
  inNeighbour('of the servers', ({ project }) => `${project}-servers`),
];
