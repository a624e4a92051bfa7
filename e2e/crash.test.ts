import { expect, test } from 'vitest';
import { crashCampaign } from './harness/crashes.ts';

const rounds = 20;

test(`SIGKILL under load, ${rounds} times: what was answered is on record, what was forwarded was decided`, async () => {
  const { acknowledged, unrecorded, undecided, verified } = await crashCampaign(rounds);
  expect({ unrecorded, undecided }).toEqual({ unrecorded: [], undecided: [] });
  expect(acknowledged).toBeGreaterThan(100);
  expect([verified.code, verified.stdout]).toEqual([
    0,
    expect.stringContaining('signed up to line') as string,
  ]);
}, 300_000);
