import { expect, test } from 'vitest';
import { serverHealth, type ServerFacts } from './serverHealth.ts';

const quiet: ServerFacts = {
  state: 'idle',
  failure: null,
  calls: { failedInARow: 0, answered: false },
  pendingTools: 0,
  signIn: null,
  serverId: 'slack',
};

test.each([
  ['idle', 'idle', 'Not running; the next call starts it.'],
  ['starting', 'ok', 'Starting.'],
  ['ready', 'ok', 'Running.'],
  ['backoff', 'failing', 'Waiting to start again.'],
  ['failed', 'failing', 'Could not be started.'],
] as const)('state %s is %s', (state, level, summary) => {
  expect(serverHealth({ ...quiet, state })).toMatchObject({ level, summary });
});

test('a failure names its cause, the last lines of stderr and what helps', () => {
  const failure = {
    message: 'Server "slack" exited with code 1.',
    stderr: ['SLACK_BOT_TOKEN is required', '  at start'],
  };
  expect(serverHealth({ ...quiet, state: 'backoff', failure })).toEqual({
    level: 'failing',
    summary: 'Server "slack" exited with code 1. It is started again automatically.',
    stderr: ['SLACK_BOT_TOKEN is required', '  at start'],
    action: 'view_logs',
  });
  const missing = 'Command "nosuch" was not found.';
  expect(serverHealth({ ...quiet, state: 'failed', failure: { message: missing, stderr: [] } })).toEqual({
    level: 'failing',
    summary: missing,
    stderr: [],
    action: 'edit_settings',
  });
});

test('a message of several lines is one line of the summary, and no line of stderr', () => {
  const failure = { message: 'It could not be started:\n  no such image\n  at the engine', stderr: ['last'] };
  expect(serverHealth({ ...quiet, state: 'failed', failure })).toMatchObject({
    summary: 'It could not be started: no such image at the engine',
    stderr: ['last'],
  });
});

test('a running server whose calls fail is failing', () => {
  const running = (failedInARow: number, answered: boolean): string =>
    serverHealth({ ...quiet, state: 'ready', calls: { failedInARow, answered } }).level;
  expect([2, 3].map((count) => running(count, false))).toEqual(['ok', 'failing']);
  expect([4, 5, 37].map((count) => running(count, true))).toEqual(['ok', 'failing', 'failing']);
});

test('what is broken comes before what waits for a decision', () => {
  const pending = { ...quiet, state: 'ready', pendingTools: 2 } as const;
  expect(serverHealth(pending)).toMatchObject({
    level: 'decision',
    action: 'approve_tools',
    pending_tools: 2,
  });
  expect(serverHealth({ ...pending, calls: { failedInARow: 9, answered: true } }).level).toBe('failing');
});
