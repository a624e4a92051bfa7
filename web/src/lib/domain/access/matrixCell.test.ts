import type { AccessAnswer, AccessCell, DecidingRule } from 'lmcp-gateway/src/api/access.ts';
import { expect, test } from 'vitest';
import { cellChanges, cellName, ruleDescription, matrixCell } from './matrixCell.ts';
import { matrixColumns } from './matrixColumns.ts';

const rules: readonly DecidingRule[] = [
  { allowed: true, reason: 'ok', path: 'clients.codex.allow_servers[0]', line: 7, words: 'it is granted' },
  { allowed: false, reason: 'tool_denied', path: 'servers.git.tool_policy', line: null, words: 'denied' },
];

function access(tools: readonly string[], cell: Partial<AccessCell>): AccessAnswer {
  const entry = {
    access: 'some',
    allowed_count: 1,
    pending_count: 0,
    total_count: 2,
    rule: 0,
    tools: [0, 1],
    ...cell,
  } as const;
  return {
    ok: true,
    revision: '1',
    servers: [
      {
        server_id: 'git',
        tools_known: true,
        tools: tools.map((tool) => ({ tool, offered: true, mark: null })),
      },
    ],
    clients: [{ client_id: 'codex', cells: [entry] }],
    rules,
  };
}
const now = access(['log', 'pu\u202Esh'], {});
const [server, log, push] = matrixColumns(now.servers, new Set(['git']), () => true);

test('a server’s cell counts, a tool’s cell says allowed or not', () => {
  expect(matrixCell(now, 0, server!)).toEqual({ text: '1 of 2', access: 'some', rule: 0 });
  expect(matrixCell(now, 0, log!)).toEqual({ text: '✓', access: 'all', rule: 0 });
  expect(matrixCell(now, 0, push!)).toEqual({ text: '–', access: 'none', rule: 1 });
});

test('a tool that requires approval and one that depends on an unknown list are neither allowed nor denied', () => {
  const pinned = { path: 'servers.git.pin_tools', line: 9, words: 'pinned' };
  const answer: AccessAnswer = {
    ...now,
    rules: [
      { ...pinned, allowed: false, reason: 'tool_not_approved' },
      { ...pinned, allowed: null, reason: null },
    ],
  };
  expect([log!, push!].map((one) => matrixCell(answer, 0, one).access)).toEqual(['pending', 'unknown']);
  expect(cellName(answer, 0, log!)).toBe('codex, log: pending approval');
  expect(cellChanges(now, answer, 0, log!)).toBe(true);
});

test('a client that is gone has empty cells without a rule', () => {
  expect(matrixCell(now, 5, server!)).toEqual({ text: '', access: 'none', rule: -1 });
  expect(ruleDescription(now, 5, log!)).toBe('');
});

test('its name and its rule show characters that can’t be seen', () => {
  expect(cellName(now, 0, push!)).toBe('codex, pu‹U+202E›sh: denied');
  expect(ruleDescription(now, 0, push!)).toBe(
    'codex → git → pu‹U+202E›sh: denied: denied (servers.git.tool_policy)',
  );
  expect(ruleDescription(now, 0, server!)).toBe(
    'codex → git: allowed: it is granted (clients.codex.allow_servers[0], line 7)',
  );
});

test('a staged change marks the cells whose result changes, also when the tools stand in another order', () => {
  const staged = access(['pu\u202Esh', 'log'], { access: 'none', allowed_count: 0, tools: [1, 1] });
  const [stagedServer, stagedPush, stagedLog] = matrixColumns(staged.servers, new Set(['git']), () => true);
  expect([stagedServer!, stagedPush!, stagedLog!].map((one) => cellChanges(now, staged, 0, one))).toEqual([
    true,
    false,
    true,
  ]);
  expect(cellChanges(now, now, 0, log!)).toBe(false);
});

test('a client that is not there yet is a change', () => {
  const staged = { ...now, clients: [{ ...now.clients[0]!, client_id: 'cursor' }] };
  expect(cellChanges(now, staged, 0, server!)).toBe(true);
});
