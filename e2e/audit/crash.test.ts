import { expect, test } from 'vitest';
import { atScale } from '../harness/atScale.ts';
import { crashCampaign } from '../harness/processes/crashes.ts';

const rounds = atScale(4, 20);

test(`keeps every answered call and every decision in the log after SIGKILL under load (${rounds} rounds)`, async () => {
  const { acknowledged, unrecorded, undecided, verified } = await crashCampaign(rounds);
  expect({ unrecorded, undecided }).toEqual({ unrecorded: [], undecided: [] });
  expect(acknowledged).toBeGreaterThan(20);
  expect([verified.code, verified.stdout]).toEqual([
    0,
    expect.stringContaining('signed up to line') as string,
  ]);
}, 300_000);
