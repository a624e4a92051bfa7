import { expect, it } from 'vitest';
import { missingLimits } from '../../../runtime/capabilities.ts';
import { readLimits } from './readLimits.ts';

const info = {
  MemoryLimit: true,
  PidsLimit: true,
  CpuCfsQuota: true,
  SwapLimit: true,
  NCPU: 2,
  SecurityOptions: ['name=seccomp,profile=default'],
};

/** What an engine says, and the paths that it was asked at. */
async function limitsOf(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const limits = await readLimits(answers['/info'], (path) => {
    asked.push(path);
    return Promise.resolve(answers[path]);
  });
  return { limits, asked };
}

const podman = (Rootless: boolean, cgroupControllers: unknown) =>
  limitsOf({ '/info': { ...info, Rootless }, '/libpod/info': { host: { cgroupControllers } } });

it('takes Docker at its word', async () => {
  const { limits, asked } = await limitsOf({ '/info': info });
  expect(limits).toMatchObject({
    name: 'Docker',
    memory: true,
    processes: true,
    rootless: false,
    egress: true,
  });
  expect(asked).toEqual([]);
});

it('takes Podman at its word where its cgroup has the controllers', async () => {
  const { limits } = await podman(false, ['cpuset', 'cpu', 'memory', 'pids']);
  expect(limits).toMatchObject({ memory: true, processes: true, cpus: true, swap: true, rootless: false });
});

it.each([
  ['on cgroup v1, where a user has no controller', [], 'memory and processes'],
  ['without the controller of memory', ['cpu', 'pids'], 'memory'],
  ['without the controller of processes', ['cpu', 'memory'], 'processes'],
  ['that does not say what it can use', undefined, 'memory and processes'],
])('rootless Podman %s can limit less than it says', async (_where, controllers, missing) => {
  const { limits } = await podman(true, controllers);
  expect(limits).toMatchObject({ name: 'rootless Podman', rootless: true });
  expect(missingLimits(limits)).toBe(missing);
});

it('rootless Podman with controllers of its own holds containers to their limits', async () => {
  const { limits } = await podman(true, ['memory', 'pids']);
  expect(missingLimits(limits)).toBeUndefined();
  expect(limits.cpus).toBe(false);
});
