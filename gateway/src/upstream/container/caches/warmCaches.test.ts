import { expect, it } from 'vitest';
import { UpstreamError } from '../../../errors.ts';
import { siblingSpec } from '../../../registry/container/sibling.ts';
import type { ContainerServer } from '../../../registry/types.ts';
import type { Channel, OpenChannel } from '../../types.ts';
import { WarmCaches } from './warmCaches.ts';

const self = { image: 'lmcp:1', instance: 'home', network: 'lmcp-servers' };
const signal = new AbortController().signal;

function offlineServer(): ContainerServer {
  const env = new Map([
    ['TOKEN', 's3cret'],
    ['npm_config_registry', 'http://npm.example'],
  ]);
  const entry = { id: 'tiny', command: 'npx', args: ['-y', 'tiny@1', '--flag'], env, cwd: undefined };
  const sibling = siblingSpec(entry, self, { network: 'none' });
  if (!sibling.ok) throw new Error('no sibling');
  return { id: 'tiny', spec: sibling.spec } as ContainerServer;
}

/** Containers that end with these codes, one after the other. */
function ending(...codes: number[]) {
  const started: ContainerServer['spec'][] = [];
  const start: OpenChannel<ContainerServer> = (server, events) => {
    started.push(server.spec);
    const code = codes.shift() ?? 0;
    const error = code === 0 ? undefined : new UpstreamError('exited', 'it ended', 'npm error 404');
    queueMicrotask(() => events.end({ expected: false, code, signal: null, ...(error && { error }) }));
    return Promise.resolve({ close: () => Promise.resolve() } as Channel);
  };
  return { started, caches: new WarmCaches(start) };
}

it('downloads what is missing once, with a network and without the server’s secrets, and runs no program of it', async () => {
  const { started, caches } = ending(1, 0);
  await Promise.all([caches.fill(offlineServer(), signal), caches.fill(offlineServer(), signal)]);
  expect(started.map(({ network, args }) => [network, ...args])).toEqual([
    ['none', '-y', '-p', 'tiny@1', '-c', 'true'],
    ['lmcp-servers', '-y', '-p', 'tiny@1', '-c', 'true'],
  ]);
  for (const { env } of started) {
    expect([...env.keys()].sort()).toEqual(
      ['HOME', 'npm_config_cache', 'npm_config_offline', 'npm_config_registry'].sort(),
    );
  }
});

it('downloads nothing that is there already', async () => {
  const { started, caches } = ending(0);
  await caches.fill(offlineServer(), signal);
  expect(started.map(({ network }) => network)).toEqual(['none']);
});

it('tells why nothing could be downloaded, and tries again at the next start', async () => {
  const { started, caches } = ending(1, 1, 0);
  await expect(caches.fill(offlineServer(), signal)).rejects.toMatchObject({
    kind: 'start_failed',
    operatorDetail: 'npm error 404',
  });
  await caches.fill(offlineServer(), signal);
  expect(started).toHaveLength(3);
});
