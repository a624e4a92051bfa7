import { judged, type Attempt } from './attempt.ts';
import { createBody } from './createBody.ts';
import { fromContainer, type Request } from './probe.ts';
import type { Stage } from './stage.ts';

export const socketPath = '/run/lmcp/guard.sock';

const inGateway = (what: string, request: (on: Stage) => Request): Attempt => [
  'compromised gateway',
  what,
  async (on) => judged(await fromContainer(on.stack.idOf('gateway'), { socketPath, ...request(on) })),
];

/** Calls that no gateway makes, or not for that container. */
const calls: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/containers/{own}/exec'],
  ['GET', '/containers/{own}/json'],
  ['GET', '/containers/{own}/logs?stdout=1'],
  ['PUT', '/containers/{own}/archive?path=/'],
  ['POST', '/containers/{own}/update'],
  ['GET', '/containers/{guard}/stats'],
  ['POST', '/containers/{guard}/stop'],
  ['DELETE', '/containers/{gateway}'],
  ['POST', '/containers/{stranger}/start'],
  ['GET', '/images/json'],
  ['POST', '/build'],
  ['POST', '/commit?container={own}'],
  ['GET', '/volumes/notes'],
  ['POST', '/volumes/create'],
  ['POST', '/networks/create'],
  ['POST', '/swarm/init'],
  ['GET', '/secrets'],
  ['GET', '/system/df'],
  ['GET', '/system/df?type=image'],
  ['DELETE', '/volumes/notes'],
  ['POST', '/networks/bridge/connect'],
  ['DELETE', '/networks/bridge'],
  ['GET', '/plugins'],
  ['POST', '/session'],
];

const images: readonly string[] = [
  '127.0.0.1:{site}/a',
  'localhost:{site}/a',
  '169.254.169.254/latest',
  '127.1/a',
  '[::1]:{site}/a',
  'host.docker.internal:{site}/a',
  'registry.internal/a',
  'nas.local/a',
];

const bind = (source: string): object => ({
  ...{ Type: 'bind', Source: source, Target: '/x', ReadOnly: true },
  BindOptions: { Propagation: 'rprivate' },
});
const volume = (source: string): object => ({ Type: 'volume', Source: source, Target: '/x', ReadOnly: true });

interface Change {
  readonly top?: object;
  readonly host?: object;
}
const creations: readonly (readonly [what: string, change: (on: Stage) => Change])[] = [
  ['every privilege', () => ({ host: { Privileged: true } })],
  ['the root of the host', () => ({ host: { Binds: ['/:/host'] } })],
  ['the engine’s socket', () => ({ host: { Mounts: [bind('/var/run/docker.sock')] } })],
  ['the guard’s volume', ({ project }) => ({ host: { Mounts: [volume(`${project}_guard`)] } })],
  ['the folder of the registry', ({ stack }) => ({ host: { Mounts: [bind(`${stack.folder}/config`)] } })],
  ['the host’s network', () => ({ host: { NetworkMode: 'host' } })],
  ['the gateway’s network', ({ project }) => ({ host: { NetworkMode: `${project}_default` } })],
  ['the guard’s network', ({ stack }) => ({ host: { NetworkMode: `container:${stack.idOf('guard')}` } })],
  ['the egress proxy’s network', ({ project }) => ({ host: { NetworkMode: `${project}_egress` } })],
  [
    'an egress network and names from the engine',
    ({ project }) => ({ host: { NetworkMode: `lmcp-egress-${project}.x` } }),
  ],
  [
    'an egress network of others',
    () => ({ host: { NetworkMode: 'lmcp-egress-other.x', Dns: ['127.0.0.1'] } }),
  ],
  [
    'the egress proxy’s own way out',
    ({ stack }) => ({ host: { NetworkMode: `container:${stack.idOf('egress')}` } }),
  ],
  ['more CPUs than the machine', () => ({ host: { CpuQuota: 4_096 * 100_000 } })],
  ['the host’s processes', () => ({ host: { PidMode: 'host' } })],
  ['a device', () => ({ host: { Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/x' }] } })],
  ['a capability', () => ({ host: { CapAdd: ['SYS_ADMIN'] } })],
  ['no seccomp profile', () => ({ host: { SecurityOpt: ['seccomp=unconfined'] } })],
  ['the guard’s volumes', ({ stack }) => ({ host: { VolumesFrom: [stack.idOf('guard')] } })],
  ['memory over /dev', () => ({ host: { Tmpfs: { '/dev': 'size=1m,nosuid,nodev' } } })],
  ['set-uid programs', () => ({ host: { Tmpfs: { '/x': 'size=1m,mode=4777,nosuid,nodev' } } })],
  ['a descriptor as working folder', () => ({ top: { WorkingDir: '/proc/self/fd/8' } })],
  ['a label of others', () => ({ top: { Labels: { 'lmcp.instance': 'other' } } })],
];

/** What a gateway tries that somebody has taken over: it may use the socket. */
export const gatewayAttempts: readonly Attempt[] = [
  ...calls.map(([method, path]) =>
    inGateway(`${method} ${path}`, ({ stack, sibling, tcp }) => ({
      method,
      path: path
        .replace('{own}', sibling)
        .replace('{guard}', stack.idOf('guard'))
        .replace('{gateway}', stack.idOf('gateway'))
        .replace('{stranger}', tcp.victim),
    })),
  ),
  ...images.map((image) =>
    inGateway(`pulls ${image}`, ({ site }) => ({
      method: 'POST',
      path: `/images/create?fromImage=${encodeURIComponent(image.replace('{site}', String(site.port)))}`,
    })),
  ),
  inGateway('imports an image from an address', ({ site }) => ({
    method: 'POST',
    path: `/images/create?fromSrc=${encodeURIComponent(site.page)}`,
  })),
  ...creations.map(([what, change]) =>
    inGateway(`creates a container with ${what}`, (on) => {
      const { top, host } = change(on);
      return {
        method: 'POST',
        path: `/containers/create?name=lmcp-${on.project}-x-1`,
        body: JSON.stringify(createBody(on.project, top, host)),
      };
    }),
  ),
];
