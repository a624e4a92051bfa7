import { expect, test } from 'vitest';
import type { AuditEntry } from '../../audit/types.ts';
import { AuditUnavailableError } from '../../errors.ts';
import { ManagementUse } from './managementUse.ts';

function setUp(): {
  use: ManagementUse;
  lines: AuditEntry[];
  clock: { ms: number };
  disk: { full: boolean };
} {
  const lines: AuditEntry[] = [];
  const [clock, disk] = [{ ms: 5_000 }, { full: false }];
  const append = async (entries: readonly AuditEntry[]): Promise<void> => {
    await Promise.resolve();
    if (disk.full) throw new AuditUnavailableError('no space');
    lines.push(...entries);
  };
  const use = new ManagementUse({ append }, { now: () => clock.ms, monotonic: () => clock.ms });
  return { use, lines, clock, disk };
}

test('a token is logged at its first use and again after ten minutes', async () => {
  const { use, lines, clock } = setUp();
  await Promise.all([use.record('a', 'r1'), use.record('a', 'r2')]);
  clock.ms += 10 * 60_000 - 1;
  await use.record('a', 'r3');
  expect(lines.map(({ request_id }) => request_id)).toEqual(['r1']);
  clock.ms += 1;
  await use.record('a', 'r4');
  expect(lines.map(({ request_id }) => request_id)).toEqual(['r1', 'r4']);
});

test('another token has a line of its own, and no line holds one', async () => {
  const { use, lines } = setUp();
  await use.record('token-one', null);
  await use.record('token-two', null);
  expect(lines).toHaveLength(2);
  expect(JSON.stringify(lines)).not.toContain('token-');
});

test('what could not be logged is rejected, for all who waited, and tried again', async () => {
  const { use, lines, disk } = setUp();
  disk.full = true;
  const both = await Promise.allSettled([use.record('a', null), use.record('a', null)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  disk.full = false;
  await use.record('a', null);
  expect(lines).toHaveLength(1);
});
