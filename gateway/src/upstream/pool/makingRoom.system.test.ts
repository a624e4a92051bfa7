import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import { silentLogger } from '../../logger.ts';
import type { ContainerServer } from '../../registry/types.ts';
import { resolveSpec } from '../../registry/container/spec.ts';
import { openers } from '../openers.ts';
import { callTool, owner, plain } from '../testing/pool.ts';
import { containerServer } from '../testing/servers.ts';
import type { Channel, OpenChannel } from '../types.ts';
import { createPool } from './pool.ts';

const other = { clientId: 'other', sessionId: null };
const inContainer = (id: string) => containerServer(resolveSpec({ image: 'x' }, 'hardened'), { id });

/** A pool whose containers are real processes, of which a limited number may run at the same time. */
function poolWithRoomFor(most: number) {
  const running = new Set<string>();
  const container: OpenChannel<ContainerServer> = async (server, events, signal) => {
    if (running.size >= most) throw new UpstreamError('overloaded', `Server "${server.id}": no room.`);
    const channel: Channel = await openers.process!(plain(), events, signal);
    const name = `${server.id} ${running.size}`;
    running.add(name);
    const close = async (): Promise<void> => {
      await channel.close();
      running.delete(name);
    };
    return { send: (text) => channel.send(text), stderrTail: () => channel.stderrTail(), close };
  };
  const hooks = { lifecycle: () => Promise.resolve() };
  const pool = createPool({ openers: { container }, hooks, clock: systemClock, logger: silentLogger });
  onTestFinished(() => pool.close(0), 20_000);
  const isRunning = (id: string): boolean => pool.health(id).instances > 0;
  return { pool, isRunning };
}

test('where containers have no room, the longest idle one of the same client is stopped', async () => {
  const { pool, isRunning } = poolWithRoomFor(3);
  await pool.acquire(inContainer('foreign'), other);
  await pool.acquire(inContainer('a'), owner);
  await pool.acquire(inContainer('b'), owner);
  await pool.acquire(inContainer('a'), owner);
  await pool.acquire(inContainer('c'), owner);
  expect(['foreign', 'a', 'b', 'c'].map(isRunning)).toEqual([true, true, false, true]);
});

test('an instance with a call is left, and nobody else’s is stopped: the start is rejected by name', async () => {
  const { pool, isRunning } = poolWithRoomFor(2);
  await pool.acquire(inContainer('foreign'), other);
  const busy = await pool.acquire(inContainer('busy'), owner);
  const call = callTool(busy, 'slow', {}, 15_000);
  await expect(pool.acquire(inContainer('c'), owner)).rejects.toThrow('Server "c": no room.');
  expect(['foreign', 'busy'].map(isRunning)).toEqual([true, true]);
  await call;
});
