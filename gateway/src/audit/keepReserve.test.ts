import { expect, it } from 'vitest';
import { keepReserve } from './keepReserve.ts';
import type { Audit, AuditEntry } from './types.ts';

/** A log in memory on a disk that a test fills. */
function setUp() {
  const lines: AuditEntry[] = [];
  const audit: Audit = {
    append: (entries) => Promise.resolve(void lines.push(...entries)),
    status: () => ({ ok: true, seq: lines.length }),
    digest: (value) => value,
    recent: () => [],
    subscribe: () => () => undefined,
    close: () => Promise.resolve(),
  };
  const listeners = new Set<(isFull: boolean) => void>();
  const disk = {
    isFull: false,
    onChange: (listener: (isFull: boolean) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  let now = 1_000;
  const kept = keepReserve(audit, disk, { now: () => now, monotonic: () => now });
  const fill = (isFull: boolean): void => {
    disk.isFull = isFull;
    now += 500;
    for (const listener of listeners) listener(isFull);
  };
  return { kept, lines, fill };
}

const decision = (event: AuditEntry['event'], allowed: boolean): AuditEntry => ({ event, allowed });
const call = [decision('client_auth', true), decision('server_auth', true), decision('tool_authz', true)];
const denial = [decision('client_auth', true), decision('server_auth', false)];
const outcome: AuditEntry = { event: 'tool_result', detail: { outcome: 'ok' } };

it('takes no line of an allowed call while the disk is full, but denials, outcomes and what the administrator does', async () => {
  const { kept, lines, fill } = setUp();
  await kept.append(call);
  fill(true);
  await expect(kept.append(call)).rejects.toMatchObject({ name: 'AuditUnavailableError' });
  await expect(kept.append([decision('client_auth', true)])).rejects.toThrow('audit log');
  await kept.append(denial);
  await kept.append([outcome]);
  await kept.append([decision('management_auth', true)]);
  await kept.append([decision('config_change', true)]);
  expect(lines.slice(call.length)).toEqual([
    { event: 'audit_blocked', detail: { error: expect.stringContaining('disk') as string } },
    ...denial,
    outcome,
    decision('management_auth', true),
    decision('config_change', true),
  ]);
  expect(kept.status()).toMatchObject({ ok: false, error: expect.stringContaining('full') as string });
});

it('logs when it takes calls again, and how many lines it did not take', async () => {
  const { kept, lines, fill } = setUp();
  fill(true);
  await kept.append(call).catch(() => undefined);
  fill(false);
  await kept.append(call);
  expect(lines.map(({ event }) => event)).toEqual([
    'audit_blocked',
    'audit_resumed',
    'client_auth',
    'server_auth',
    'tool_authz',
  ]);
  expect(lines[1]?.detail).toMatchObject({ blocked_ms: 500, refused_entries: 3 });
  expect(kept.status().ok).toBe(true);
});
