import { expect, test } from 'vitest';
import { sleep, TestGateway } from '../harness/gateway.ts';
import { fixture } from '../harness/servers.ts';
import { Seen } from './seen.ts';
import { attackers, attacking } from './workers/attackers.ts';
import { callQuietly, lostBy, neighbour } from './workers/neighbour.ts';

/** Seconds; `npm run soak` takes a third of its time. */
const duration = 60;

test('under all attacks at the same time a well-behaved client loses nothing', async () => {
  await using gateway = await TestGateway.start({
    clients: { neighbour: { token: neighbour.token, allow_servers: ['plain'] }, ...attacking.clients },
    servers: {
      plain: fixture('plain-server.ts'),
      shared: { ...fixture('plain-server.ts'), scope: 'shared' },
      ...attacking.servers,
    },
  });
  const ended = new AbortController();
  const seen = new Seen();
  const setting = { gateway, seen, signal: ended.signal, boxed: false };
  const working = [callQuietly(setting, 'plain__echo'), ...attackers(setting)];
  await sleep(duration * 1_000);
  ended.abort();
  await Promise.all(working);
  console.log(seen.report());
  expect(lostBy(seen, 'plain__echo')).toEqual([]);
  for (const attack of [
    'bodies of strangers',
    'silent connections',
    'web pages',
    'floods',
    'grabs',
    'hostile calls',
  ])
    expect([attack, (seen.counts.get(attack) ?? 0) > 0]).toEqual([attack, true]);
  expect(await gateway.stop()).toBe(0);
  expect((await gateway.cli('audit', 'verify')).code).toBe(0);
}, 300_000);
