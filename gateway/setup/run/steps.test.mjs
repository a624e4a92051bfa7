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

it('writes a step that runs beside others in one piece, whichever ends first', async () => {
  const steps = new Steps();
  const late = Promise.withResolvers();
  const lint = steps.runBeside('lint', () => late.promise);
  await steps.runBeside('types', async () => ({ code: 0, output: 'no errors\n' }));
  late.reject(new Error('no eslint'));
  expect(await lint).toBe(false);
  const written = vi.mocked(process.stdout.write).mock.calls.map(([text]) => text);
  expect(written).toEqual([
    expect.stringMatching(/^\n=== types\nno errors\n=== types: ok \(\d+\.\d s\)\n$/),
    expect.stringMatching(/^\n=== lint\nno eslint\n=== lint: FAILED \(\d+\.\d s\)\n$/),
  ]);
  expect(steps.results.map(({ name, note }) => [name, note])).toEqual([
    ['types', undefined],
    ['lint', 'no eslint'],
  ]);
});

it('begins no further step beside others once it is stopped', async () => {
  const steps = new Steps();
  const work = vi.fn();
  steps.stopped = true;
  expect(await steps.runBeside('lint', work)).toBe(false);
  expect(work).not.toHaveBeenCalled();
});

it('describes a step on one line, and its note below', () => {
  expect(describeStep({ name: 'lint', ok: true, seconds: 12.34 })).toBe('ok       12.3 s  lint');
  expect(describeStep({ name: 'e2e', ok: false, seconds: 0, note: 'NOT TESTED: no root' })).toContain(
    '\n                 NOT TESTED: no root',
  );
});
