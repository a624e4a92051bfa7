import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AuditEntry } from '../../audit/types.ts';
import { AuditUnavailableError } from '../../errors.ts';
import { silentLogger } from '../../logger.ts';
import { ManagementUse, type Use } from './managementUse.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const hourMs = 60 * 60_000;
const view = (requestId: string | null = null): Use => ({ requestId, endpoint: 'GET /registry/view' });
const status: Use = { requestId: null, endpoint: 'GET /status' };

function setUp(): { use: ManagementUse; lines: AuditEntry[]; disk: { full: boolean } } {
  const lines: AuditEntry[] = [];
  const disk = { full: false };
  const append = async (entries: readonly AuditEntry[]): Promise<void> => {
    await Promise.resolve();
    if (disk.full) throw new AuditUnavailableError('no space');
    lines.push(...entries);
  };
  return { use: new ManagementUse({ append }, silentLogger), lines, disk };
}

test('the first use is logged immediately, the others of its hour in one line by endpoint', async () => {
  const { use, lines } = setUp();
  await Promise.all([use.record('a', view('r1')), use.record('a', view('r2')), use.record('a', status)]);
  expect(lines).toEqual([
    {
      event: 'management_auth',
      allowed: true,
      reason: 'ok',
      request_id: 'r1',
      detail: { endpoint: 'GET /registry/view' },
    },
  ]);
  await vi.advanceTimersByTimeAsync(hourMs - 1);
  expect(lines).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(lines.slice(1)).toEqual([
    expect.objectContaining({
      request_id: null,
      detail: { count: 2, endpoints: { 'GET /registry/view': 1, 'GET /status': 1 } },
    }),
  ]);
  await use.record('a', view('r3'));
  expect(lines.at(-1)).toMatchObject({ request_id: 'r3' });
});

test('what was used once in an hour leaves no second line', async () => {
  const { use, lines } = setUp();
  await use.record('a', view());
  await vi.advanceTimersByTimeAsync(2 * hourMs);
  expect(lines).toHaveLength(1);
});

test('each query of the log has a line of its own, with its filters, but not the text that is looked for', async () => {
  const { use, lines } = setUp();
  const query = { client: 'vscode', text: 'hunter2', tool: 't'.repeat(500) };
  for (let i = 0; i < 3; i++) await use.record('a', { ...view(`q${i}`), query });
  expect(lines.map(({ request_id }) => request_id)).toEqual(['q0', 'q1', 'q2']);
  expect(lines[0]?.detail?.['query']).toEqual({ client: 'vscode', text_length: 7, tool: 't'.repeat(100) });
});

test('another token has lines of its own, and no line holds one', async () => {
  const { use, lines } = setUp();
  for (const token of ['token-one', 'token-two', 'token-one', 'token-two']) await use.record(token, view());
  await use.flush();
  expect(lines.map(({ detail }) => detail?.['count'])).toEqual([undefined, undefined, 1, 1]);
  expect(JSON.stringify(lines)).not.toContain('token-');
});

test('what could not be logged is rejected, for all who waited, and tried again', async () => {
  const { use, lines, disk } = setUp();
  disk.full = true;
  const both = await Promise.allSettled([use.record('a', view()), use.record('a', view())]);
  expect(both.map(({ status: outcome }) => outcome)).toEqual(['rejected', 'rejected']);
  disk.full = false;
  await use.record('a', view());
  expect(lines).toHaveLength(1);
});

test('what is counted is written when the gateway ends', async () => {
  const { use, lines } = setUp();
  for (let i = 0; i < 4; i++) await use.record('a', status);
  await use.flush();
  await use.flush();
  expect(lines.map(({ detail }) => detail?.['count'])).toEqual([undefined, 3]);
});
