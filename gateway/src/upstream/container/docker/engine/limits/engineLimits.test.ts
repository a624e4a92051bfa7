import fc from 'fast-check';
import { expect, it } from 'vitest';
import { limitWarning, missingLimits } from '../../../runtime/capabilities.ts';
import { ownUser } from '../../../ownUser.ts';
import { asInfo, engineLimits } from './engineLimits.ts';

const all = {
  MemoryLimit: true,
  PidsLimit: true,
  CpuCfsQuota: true,
  SwapLimit: true,
  SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'],
};

it('an engine that holds containers to everything is nothing to speak of', () => {
  const limits = engineLimits(all);
  expect([missingLimits(limits), limitWarning(limits)]).toEqual([undefined, undefined]);
});

it.each([
  ['MemoryLimit', 'memory'],
  ['PidsLimit', 'processes'],
])('without %s no container may run', (key, named) => {
  expect(missingLimits(engineLimits({ ...all, [key]: false }))).toBe(named);
  expect(missingLimits(engineLimits({ ...all, [key]: undefined }))).toBe(named);
});

it.each([
  [{ CpuCfsQuota: false }, 'share of the CPUs'],
  [{ SwapLimit: false }, 'without swap'],
  [{ SecurityOptions: ['name=seccomp,profile=unconfined'] }, 'seccomp'],
  [{ SecurityOptions: [] }, 'seccomp'],
])('%j is warned of', (changes, named) => {
  const limits = engineLimits({ ...all, ...changes });
  expect(missingLimits(limits)).toBeUndefined();
  expect(limitWarning(limits)).toContain(named);
});

it('whatever else an engine says, it holds to nothing', () => {
  fc.assert(
    fc.property(fc.anything(), (info) => {
      expect(missingLimits(engineLimits(info))).toBe('memory and processes');
    }),
  );
});

it.each([
  ['name=seccomp', 200_000, 265_535],
  // Both map 65,536 users: a container with another one does not start.
  ['name=rootless', 20_000, 59_999],
  ['name=userns', 20_000, 59_999],
])('has a server’s own user within those of an engine with %s', (option, first, last) => {
  const { rootless } = engineLimits({ ...all, SecurityOptions: [option] });
  const user = Number(ownUser({ instance: 'lmcp', server: 'time' }, rootless).split(':')[0]);
  expect(user).toBeGreaterThanOrEqual(first);
  expect(user).toBeLessThanOrEqual(last);
});

it.each([
  [{ SecurityOptions: ['name=seccomp'] }, 'Docker'],
  [{ SecurityOptions: ['name=seccomp', 'name=userns'] }, 'Docker'],
  [{}, 'rootless Docker'],
  [{ SecurityOptions: [], BuildahVersion: '1.28.2' }, 'Podman'],
  [{ BuildahVersion: '1.28.2' }, 'rootless Podman'],
])('names the engine, also through the guard, and what it can’t do: %j', (changes, name) => {
  const limits = engineLimits({ ...all, ...changes });
  expect(limits).toMatchObject({ name, egress: name.endsWith('Docker') });
  expect(engineLimits(asInfo(limits))).toEqual(limits);
});
