import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Gate } from './gate.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('runs a limited number at a time, in order; slow or failed work releases its place', async () => {
  const gate = new Gate(2, 1_000);
  const begun: string[] = [];
  const works = new Map<string, PromiseWithResolvers<string>>();
  const run = (name: string): Promise<string> =>
    gate.run('a', () => {
      begun.push(name);
      const work = Promise.withResolvers<string>();
      works.set(name, work);
      return work.promise;
    });
  const [hanging, failing, third, fourth] = ['hanging', 'failing', 'third', 'fourth'].map(run);
  failing?.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['hanging', 'failing']);
  works.get('failing')?.reject(new Error('no'));
  await expect(failing).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['hanging', 'failing', 'third']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun).toEqual(['hanging', 'failing', 'third', 'fourth']);
  for (const name of ['hanging', 'third', 'fourth']) works.get(name)?.resolve(name);
  expect(await Promise.all([hanging, third, fourth])).toEqual(['hanging', 'third', 'fourth']);
});

test('waiting clients start in turn', async () => {
  const gate = new Gate(1, 60_000);
  const begun: string[] = [];
  const run = (name: string): Promise<void> => gate.run(name[0] ?? '', async () => void begun.push(name));
  await Promise.all(['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map(run));
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

test('a place that passes to a waiting client cannot be taken by another', async () => {
  const gate = new Gate(1, 1_000);
  const begun: string[] = [];
  const run = (name: string): Promise<void> =>
    gate.run(name, () => {
      begun.push(name);
      return new Promise(() => undefined);
    });
  for (const name of ['hanging', 'waiting']) void run(name);
  vi.advanceTimersByTime(1_000);
  void run('later');
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['hanging', 'waiting']);
});
