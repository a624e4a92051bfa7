import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../logger.ts';
import type { Audit, AuditEntry } from '../types.ts';
import { formatLine } from '../format/line.ts';
import { countRepeats } from './countRepeats.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A log that keeps its entries; while `broken` it rejects them. */
function log() {
  const entries: AuditEntry[] = [];
  const state = { broken: false, ok: true };
  const audit = {
    append: (added: readonly AuditEntry[]) => {
      if (state.broken) return Promise.reject(new Error('disk full'));
      entries.push(...added);
      return Promise.resolve();
    },
    status: () => ({ ok: state.ok, seq: entries.length }),
    close: () => Promise.resolve(),
  } as unknown as Audit;
  return { entries, state, counting: countRepeats(audit, silentLogger) };
}

let calls = 0;
const signedIn = (client = 'red'): AuditEntry => ({
  event: 'client_auth',
  client_id: client,
  allowed: true,
  reason: 'ok',
  call: `c-${++calls}`,
});
const denied = (tool: string, client = 'red'): AuditEntry => ({
  ...signedIn(client),
  event: 'tool_authz',
  server_id: 'files',
  tool_name: tool,
  allowed: false,
  reason: 'tool_denied',
  detail: { method: 'tools/call', args: { hmac: `h${calls}`, bytes: calls } },
});
const sizeOf = (entries: readonly AuditEntry[]): number =>
  entries.reduce(
    (sum, entry) =>
      sum + Buffer.byteLength(formatLine(entry, 1e6, '0'.repeat(64), '2026-01-02T03:04:05.678Z')) + 1,
    0,
  );

test('connections that a server is denied cannot flood the log', async () => {
  const { entries, counting } = log();
  const denial = (server: string, host: string): AuditEntry => ({
    ...{ event: 'egress_denied', server_id: server, allowed: false, reason: 'egress_not_allowed' },
    detail: { host, port: 443 },
  });
  for (let i = 0; i < 5; i++) await counting.append([denial('fetch', 'a.example')]);
  await counting.append([denial('other', 'a.example')]);
  expect(entries).toEqual([denial('fetch', 'a.example'), denial('other', 'a.example')]);
  for (let i = 0; i < 5_000; i++) await counting.append([denial('fetch', `${i}.example`)]);
  expect(sizeOf(entries)).toBeLessThan(110_000);
  await vi.advanceTimersByTimeAsync(60_000);
  const counts = entries.filter(({ detail }) => detail?.['count'] !== undefined);
  expect(counts.every(({ server_id: server }) => server === 'fetch')).toBe(true);
  expect(
    counts.reduce((sum, { detail }) => sum + Number(detail?.['count']), 0) + entries.length - counts.length,
  ).toBe(5_006);
});

test('requests that the egress proxy denies to nobody in particular cannot flood the log', async () => {
  const { entries, counting } = log();
  const denial = (reason: string): AuditEntry => ({
    event: 'egress_denied',
    server_id: null,
    allowed: false,
    reason,
  });
  for (let i = 0; i < 5_000; i++) await counting.append([denial('egress_malformed')]);
  await counting.append([denial('egress_no_credentials')]);
  expect(entries).toEqual([denial('egress_malformed'), denial('egress_no_credentials')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(entries[2]).toMatchObject({ server_id: null, detail: { count: 4_999 } });
});

test('the first denial of a kind is written immediately, its repeats are in one line after 60 s', async () => {
  const { entries, counting } = log();
  for (let i = 0; i < 5; i++) await counting.append([signedIn(), denied('delete')]);
  await counting.append([signedIn(), denied('drop')]);
  expect(entries.map(({ event, tool_name }) => [event, tool_name ?? null])).toEqual([
    ['client_auth', null],
    ['tool_authz', 'delete'],
    ['client_auth', null],
    ['tool_authz', 'drop'],
  ]);
  entries.length = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(entries).toEqual([
    expect.objectContaining({
      event: 'tool_authz',
      tool_name: 'delete',
      allowed: false,
      detail: { method: 'tools/call', count: 4 },
    }),
    expect.objectContaining({ event: 'client_auth', allowed: true, detail: { count: 4 } }),
  ]);
  expect(entries.every((entry) => !('call' in entry) && !('request_id' in entry))).toBe(true);
  await counting.append([signedIn(), denied('delete')]);
  expect(entries).toHaveLength(4);
});

test('lines of allowed calls, of the gateway and of the administrator are written one by one', async () => {
  const { entries, counting } = log();
  const allowed = { ...denied('read'), allowed: true, reason: 'ok' };
  const outcome = { ...signedIn(), event: 'tool_result', allowed: null } as const;
  const own = { event: 'config_change', allowed: false, reason: 'registry_invalid' } as const;
  const trial = { ...denied('delete'), detail: { via: 'management' } };
  for (let i = 0; i < 2_000; i++) {
    for (const one of [[signedIn(), allowed], [outcome], [own], [trial]]) await counting.append(one);
  }
  expect(entries).toHaveLength(2_000 * 5);
});

test.each([
  ['denials of ever other tools', (i: number) => [signedIn(), denied(`${i}${'t'.repeat(200)}`)]],
  [
    'denials of ever other methods of 5,000 characters',
    (i: number) => [signedIn(), { ...denied('x'), detail: { method: `${i}${'m'.repeat(5_000)}` } }],
  ],
  ['messages that are no calls', () => [signedIn()]],
  ['messages with ever other names', (i: number) => [{ ...signedIn(), detail: { method: `n${i}` } }]],
])('one client adds at most 1 MB a minute: %s', async (_what, entriesOf) => {
  const { entries, counting } = log();
  for (let i = 0; i < 3_000; i++) await counting.append(entriesOf(i));
  await vi.advanceTimersByTimeAsync(60_000);
  for (let i = 0; i < 3_000; i++) await counting.append(entriesOf(i));
  expect(sizeOf(entries)).toBeLessThan(1_000_000);
  await counting.close();
  const counts = entries.map(({ detail }) => (typeof detail?.['count'] === 'number' ? detail['count'] : 1));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6_000 * entriesOf(0).length);
});

test('a client that floods takes no place from another one, and a denial of a new reason is still written', async () => {
  const { entries, counting } = log();
  for (let i = 0; i < 3_000; i++) await counting.append([signedIn(), denied(`t${i}`)]);
  entries.length = 0;
  await counting.append([signedIn('blue'), denied('delete', 'blue')]);
  expect(entries).toHaveLength(2);
  const other = { ...denied('delete'), event: 'server_auth', reason: 'server_not_allowed' } as const;
  await counting.append([other]);
  expect(entries.at(-1)).toMatchObject({ client_id: 'red', reason: 'server_not_allowed', call: other.call });
});

test('while the log can’t be written nothing is counted: the failure comes out, and the next denial is a first one', async () => {
  const { entries, state, counting } = log();
  state.broken = true;
  await expect(counting.append([denied('delete')])).rejects.toThrow('disk full');
  state.ok = false;
  await expect(counting.append([denied('delete')])).rejects.toThrow('disk full');
  Object.assign(state, { broken: false, ok: true });
  await counting.append([denied('delete')]);
  expect(entries).toHaveLength(1);
});

test('what is counted is written before the log is closed', async () => {
  const { entries, counting } = log();
  for (let i = 0; i < 3; i++) await counting.append([denied('delete')]);
  await counting.close();
  expect(entries.map(({ detail }) => detail?.['count'])).toEqual([undefined, 2]);
});
