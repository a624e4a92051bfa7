import { expect, it } from 'vitest';
import { siblingSpec } from '../../../registry/container/sibling.ts';
import type { ContainerServer } from '../../../registry/types.ts';
import { CacheLimit } from './cacheLimit.ts';

const self = { image: 'lmcp:1', instance: 'home', network: 'none' };
const MiB = 1024 ** 2;

function server(id: string): ContainerServer {
  const sibling = siblingSpec({ id, command: 'npx', args: [], env: new Map(), cwd: undefined }, self);
  if (!sibling.ok) throw new Error('no sibling');
  return { id, spec: sibling.spec } as ContainerServer;
}

/** An engine whose volumes have such sizes. */
function measured(sizes: Map<string, number>) {
  const asked = { count: 0 };
  const measuredSizes = (): Promise<Map<string, number>> => {
    asked.count++;
    return Promise.resolve(sizes);
  };
  return {
    asked,
    caches: new CacheLimit({ sizes: measuredSizes }, { instance: 'home', limit: 10 * MiB, pause: 1 }),
  };
}

it('stops the server whose cache has become too large, and no other', async () => {
  const sizes = new Map([
    ['lmcp-cache-home.large.own', 11 * MiB],
    ['lmcp-cache-home.small.own', 10 * MiB],
  ]);
  const { caches } = measured(sizes);
  const stopped: string[] = [];
  const [, small] = ['large', 'small'].map((id) =>
    caches.watch(server(id), ({ kind, message }) => void stopped.push(`${kind}: ${message}`)),
  );
  small?.active();
  await expect
    .poll(() => stopped)
    .toEqual([
      expect.stringMatching(/^disk_limit: .*"large".* 11 MiB.* 10 MiB.*lmcp containers prune large/s),
    ]);
});

it('does not start it again before the cache is smaller', async () => {
  const sizes = new Map([['lmcp-cache-home.large.own', 11 * MiB]]);
  const { caches, asked } = measured(sizes);
  await caches.requireRoom(server('large'));
  const stopped = new Promise((resolve) => caches.watch(server('large'), resolve)?.active());
  await stopped;
  await expect(caches.requireRoom(server('large'))).rejects.toMatchObject({ kind: 'disk_limit' });
  sizes.clear();
  await caches.requireRoom(server('large'));
  const before = asked.count;
  await caches.requireRoom(server('large'));
  expect(asked.count).toBe(before);
});

it('measures nothing for servers that do nothing, that ended, or that have no cache', async () => {
  const { caches, asked } = measured(new Map([['lmcp-cache-home.gone.own', 11 * MiB]]));
  let stopped = 0;
  const gone = caches.watch(server('gone'), () => stopped++);
  expect(asked.count).toBe(0);
  gone?.active();
  gone?.release();
  await expect.poll(() => asked.count).toBe(1);
  expect(stopped).toBe(0);
  const plain = { ...server('plain'), spec: { ...server('plain').spec, mounts: [] } };
  expect(caches.watch(plain, () => stopped++)).toBeUndefined();
});
