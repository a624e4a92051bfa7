import { expect } from 'vitest';
import { ownUser } from '../../../gateway/src/upstream/container/ownUser.ts';
import type { RunningServer } from './containers.ts';

/** What a hardened container sees of its confinement: a user of its own, no capability, no new privileges, no network. */
export async function expectConfined(server: RunningServer, instance: string): Promise<void> {
  const uid = Number(ownUser({ instance, server: 'fixture' }, false).split(':')[0]);
  expect(JSON.parse((await server.call('user')).text)).toEqual({ uid, gid: uid, home: '/tmp' });
  const { text: status } = await server.call('status');
  expect(status).toMatch(/CapEff:\s0+\n/);
  expect(status).toMatch(/CapBnd:\s0+\n/);
  expect(status).toMatch(/NoNewPrivs:\s1/);
  expect((await server.call('write', { path: '/app/x' })).isError).toBe(true);
  expect((await server.call('write', { path: '/tmp/x' })).isError).toBe(false);
  expect((await server.call('list', { path: '/sys/class/net' })).text.trim()).toBe('lo');
}
