import type { AccessAnswer, AccessCell, DecidingRule } from 'lmcp-gateway/src/api/access.ts';
import { expect, test } from 'vitest';
import { cellChanges, cellName, isProblem, ruleDescription, matrixCell } from './matrixCell.ts';
import { matrixRows } from './matrixRows.ts';

const rules: readonly DecidingRule[] = [
  { allowed: true, reason: 'ok', path: 'clients.codex.allow_servers[0]', line: 7, words: 'it is granted' },
  { allowed: false, reason: 'tool_denied', path: 'servers.git.tool_policy', line: null, words: 'denied' },
];

function access(tools: readonly string[], cell: Partial<AccessCell>): AccessAnswer {
  const entry = {
    access: 'some',
    allowed_count: 1,
    pending_count: 0,
    denied_requests: [],
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
        tools: tools.map((tool) => ({ tool, offered: true, mark: null, hint: null, description: null })),
      },
    ],
    clients: [{ client_id: 'codex', cells: [entry] }],
    rules,
  };
}
const now = access(['log', 'pu\u202Esh'], {});
const opened = { opened: new Set(['git']), matches: () => true };
const [server, log, push] = matrixRows(now, opened);

test('a server’s cell counts, a tool’s cell says allowed or not', () => {
  expect(matrixCell(now, 0, server!)).toMatchObject({
    text: '◐ 1 of 2',
    label: '1 of 2',
    access: 'some',
    share: 0.5,
  });
  expect(matrixCell(now, 0, log!)).toMatchObject({ text: '●', label: 'allowed', access: 'all', rule: 0 });
  expect(matrixCell(now, 0, push!)).toMatchObject({ text: '–', label: 'denied', access: 'none', rule: 1 });
});

test('not granted, granted without an allowed tool, pending approval and not known yet are told apart', () => {
  const none = { access: 'none', allowed_count: 0, rule: 1 } as const;
  const closed: AccessAnswer = {
    ...access(['log'], none),
    rules: [rules[0]!, { ...rules[1]!, reason: 'server_not_allowed' }],
  };
  const cells = [
    closed,
    access(['log'], none),
    access(['log'], { ...none, pending_count: 1 }),
    access(['log'], { access: 'all', allowed_count: null, total_count: null, pending_count: null }),
    access(['log'], { access: 'some', pending_count: 1 }),
  ].map((answer) => matrixCell(answer, 0, server!));
  expect(cells.map(({ text, label, access: state }) => [text, label, state])).toEqual([
    ['', 'not granted', 'closed'],
    ['○ none', 'granted, but no tool is allowed', 'empty'],
    ['⚠ 1', 'none, 1 pending approval', 'pending'],
    ['● ?', 'every tool; its tools are not known yet', 'all'],
    ['◐ 1 of 2 ⚠', '1 of 2, 1 pending approval', 'some'],
  ]);
  expect(isProblem(closed, 0, server!)).toBe(false);
  expect(isProblem(access(['log'], none), 0, server!)).toBe(true);
  expect(isProblem(access(['log'], { access: 'some', pending_count: 1 }), 0, server!)).toBe(true);
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
  expect(matrixCell(now, 5, server!)).toMatchObject({ text: '', access: 'closed', rule: -1 });
  expect(ruleDescription(now, 5, log!)).toBe('');
});

test('its name and its rule show characters that can’t be seen', () => {
  expect(cellName(now, 0, push!)).toBe('codex, pu‹U+202E›sh: denied');
  expect(ruleDescription(now, 0, push!)).toBe(
    'codex → git → pu‹U+202E›sh: denied. denied (servers.git.tool_policy)',
  );
  expect(ruleDescription(now, 0, server!)).toBe(
    'codex → git: 1 of 2. other tools: it is granted (clients.codex.allow_servers[0], line 7)',
  );
});

test('a staged change marks the cells whose result changes, also when the tools are in another order', () => {
  const staged = access(['pu\u202Esh', 'log'], { access: 'none', allowed_count: 0, tools: [1, 1] });
  const [stagedServer, stagedPush, stagedLog] = matrixRows(staged, opened);
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
