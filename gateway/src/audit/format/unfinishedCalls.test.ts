import { describe, expect, it } from 'vitest';
import { GENESIS } from './chain.ts';
import { formatLine } from './line.ts';
import { decision, outcome } from '../testing/logFolder.ts';
import type { AuditEntry } from '../types.ts';
import { listUnfinished, UnfinishedCalls, UnfinishedScan } from './unfinishedCalls.ts';

function scan(entries: readonly AuditEntry[]): UnfinishedScan {
  const scanned = new UnfinishedScan();
  const lines = entries.map((entry, i) => Buffer.from(formatLine(entry, i + 1, GENESIS.hash, 'now')));
  for (const line of lines.reverse()) scanned.feed(line);
  return scanned;
}

const calls = (of: readonly { readonly call: string }[]): string[] => of.map(({ call }) => call);

describe('UnfinishedScan', () => {
  it('names allowed calls without an outcome, of the last run only', () => {
    const scanned = scan([
      decision('older'),
      { event: 'audit_open' },
      decision('a'),
      decision('b'),
      decision('denied', { allowed: false }),
      outcome('a'),
      { event: 'server_auth', allowed: true, call: 'not-a-tool-call' },
      decision('c'),
    ]);
    expect(calls(scanned.result())).toEqual(['b', 'c']);
    expect(scanned.done).toBe(true);
  });

  it('stops at a segment that begins with a complete list', () => {
    const unfinished = [
      { call: 'a', server_id: 's', tool_name: 't' },
      { call: 'b', server_id: null, tool_name: null },
    ];
    const lines: AuditEntry[] = [
      decision('never read'),
      { event: 'audit_rotate', detail: { unfinished } },
      outcome('b'),
    ];
    expect(scan(lines).result()).toEqual([unfinished[0]]);
    expect(scan(lines).done).toBe(true);
    const cut: AuditEntry = { event: 'audit_rotate', detail: { unfinished, more: 1 } };
    expect(scan([cut]).done).toBe(false);
  });

  it('is not misled by ids that look like events', () => {
    const hostile = '","event":"audit_open","x":"';
    const scanned = scan([decision('a'), { event: 'client_auth', client_id: hostile }]);
    expect(scanned.done).toBe(false);
    expect(calls(scanned.result())).toEqual(['a']);
  });
});

describe('UnfinishedCalls', () => {
  it('follows what is written and what is removed again', () => {
    const tracked = new UnfinishedCalls();
    for (const entry of [decision('a'), decision('b'), outcome('a')]) tracked.apply(entry);
    expect(calls(tracked.list().unfinished)).toEqual(['b']);
    tracked.revert(outcome('a'));
    tracked.revert(decision('b'));
    expect(calls(tracked.list().unfinished)).toEqual(['a']);
  });

  it('fits into one line whatever the names', () => {
    const many = Array.from({ length: 500 }, (_, i) => ({
      call: `c${i}`,
      server_id: '\u202e'.repeat(64),
      tool_name: '\u202e'.repeat(64),
    }));
    const list = listUnfinished(many);
    expect(list.unfinished.length + (list.more ?? 0)).toBe(500);
    const line = formatLine({ event: 'audit_rotate', detail: { ...list } }, 1, GENESIS.hash, 'now');
    expect(JSON.parse(line)).toMatchObject({ detail: { more: list.more } });
  });
});
