import { expect, test } from 'vitest';
import { busyWarning, describeMachine } from './machine.ts';

const machine = { cpu: 'Some CPU', cores: 2, kernel: 'linux 6.1', node: 'v24.21.0', loadBefore: 0.25 };

test('a machine is told in a line', () => {
  expect(describeMachine(machine)).toBe(
    'Some CPU, 2 cores, linux 6.1, Node 24.21.0, load before the run 0.3',
  );
});

test('warns that the machine is busy', () => {
  expect(busyWarning(machine)).toBeUndefined();
  expect(busyWarning({ ...machine, loadBefore: 1 })).toContain('load 1.0 on 2 cores');
  expect(busyWarning({ ...machine, loadBefore: 3, cores: 8 })).toBeUndefined();
});
