import type { AccessAnswer } from 'lmcp-gateway/src/api/access.ts';
import { expect, test } from 'vitest';
import { matrixRows } from './matrixRows.ts';
import { rowFilter } from './rowFilter.ts';

const granted = { allowed: true, reason: 'ok', path: 'a', line: 1, words: 'granted' } as const;
const denied = { allowed: false, reason: 'tool_denied', path: 'b', line: 2, words: 'denied' } as const;
const closed = { ...denied, reason: 'server_not_allowed' } as const;

/** One client and one server with the tools `log` and `push`. */
function access(cell: { access: 'all' | 'some' | 'none'; rule: number; tools: number[] }): AccessAnswer {
  const tool = (name: string) => ({ tool: name, offered: true, mark: null, hint: null, description: null });
  const allowed_count = cell.access === 'none' ? 0 : cell.tools.filter((rule) => rule === 0).length;
  const entry = { ...cell, allowed_count, pending_count: 0, denied_requests: [], total_count: 2 };
  return {
    ok: true,
    revision: '1',
    servers: [{ server_id: 'git', tools_known: true, tools: [tool('log'), tool('push')] }],
    clients: [{ client_id: 'codex', cells: [entry] }],
    rules: [granted, denied, closed],
  };
}
const all = access({ access: 'all', rule: 0, tools: [0, 0] });
const some = access({ access: 'some', rule: 0, tools: [0, 1] });
const none = access({ access: 'none', rule: 1, tools: [1, 1] });
const revoked = access({ access: 'none', rule: 2, tools: [2, 2] });

function shown(now: AccessAnswer, staged: AccessAnswer, only: string, viewAs: boolean): string[] {
  const keeps = rowFilter(now, staged, { clients: [0], only, viewAs });
  return matrixRows(staged, { opened: new Set(['git']), matches: () => true, keeps }).map(({ name }) => name);
}

test('a client is viewed with what it may call', () => {
  expect(shown(some, some, '', true)).toEqual(['git', 'log']);
  expect(shown(revoked, revoked, '', true)).toEqual([]);
});

test('a pending change takes no row away from the view of a client', () => {
  expect(shown(all, some, '', true)).toEqual(['git', 'log', 'push']);
  expect(shown(all, revoked, '', true)).toEqual(['git', 'log', 'push']);
});

test('a problem that a pending change would end is shown, and one that it would make', () => {
  expect(shown(none, all, 'problems', false)).toEqual(['git']);
  expect(shown(all, none, 'problems', false)).toEqual(['git']);
  expect(shown(all, all, 'problems', false)).toEqual([]);
});
