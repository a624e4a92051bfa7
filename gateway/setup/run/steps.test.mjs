import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeStep, Steps } from './steps.mjs';

beforeEach(() => vi.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => vi.restoreAllMocks());

it('goes on after a step that fails, and is not ok', async () => {
  const steps = new Steps();
  await steps.run('lint', async () => false);
  await steps.run('types', () => Promise.reject(new Error('no tsc')));
  await steps.run('unit', async () => true);
  expect(steps.results.map(({ name, ok, note }) => [name, ok, note])).toEqual([
    ['lint', false, undefined],
    ['types', false, 'no tsc'],
    ['unit', true, undefined],
  ]);
  expect(steps.ok).toBe(false);
});

it('begins no further step once it is stopped', async () => {
  const steps = new Steps();
  const work = vi.fn(async () => true);
  steps.stopped = true;
  await steps.run('end to end', work);
  expect(work).not.toHaveBeenCalled();
  expect(steps.ok).toBe(false);
});

it('describes a step on one line, and its note below', () => {
  expect(describeStep({ name: 'lint', ok: true, seconds: 12.34 })).toBe('ok       12.3 s  lint');
  expect(describeStep({ name: 'e2e', ok: false, seconds: 0, note: 'NOT TESTED: no root' })).toContain(
    '\n                 NOT TESTED: no root',
  );
});
