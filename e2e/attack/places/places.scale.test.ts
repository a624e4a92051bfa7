import { afterAll, beforeAll, expect, it } from 'vitest';
import { callTool } from '../../harness/rpc.ts';
import { OutcomeTable } from '../outcomeTable.ts';
import { serverAttempts } from './hostileServer.ts';
import { clientAttempts } from './limitedClient.ts';
import { userAttempts } from './otherUser.ts';
import { signInAttempts } from './signIn.ts';
import { openStage, victim, type Attacked } from './stage.ts';
import { strangerAttempts } from './stranger.ts';
import { pageAttempts } from './webPage.ts';

const attempts = [
  ...strangerAttempts,
  ...signInAttempts,
  ...clientAttempts,
  ...pageAttempts,
  // Only root can act as another user.
  ...(process.getuid?.() === 0 ? userAttempts : []),
  ...serverAttempts,
];
const outcomes = new OutcomeTable();
let on: Attacked;
let pid: number | undefined;

beforeAll(async () => {
  on = await openStage();
  pid = on.gateway.process?.pid;
});

afterAll(async () => {
  outcomes.print();
  await on[Symbol.asyncDispose]();
});

it.each(attempts)('stops %s: %s', async (place, what, make) => {
  const before = await on.forwarded();
  const outcome = await make(on);
  const forwarded = (await on.forwarded()) - before;
  const judged =
    forwarded === 0 ? outcome : { through: true, by: `${forwarded} requests reached the server` };
  outcomes.add(place, what, judged);
  expect(judged.through, judged.by).toBe(false);
});

it('tried what its table says, and the same gateway still serves its client', async () => {
  expect(outcomes.size).toBeGreaterThanOrEqual(200);
  expect([on.gateway.process?.pid, on.gateway.process?.exitCode]).toEqual([pid, null]);
  const before = await on.forwarded();
  expect((await callTool(on.gateway, victim, 'recording__echo')).body.result).toBeDefined();
  // It would have been counted.
  expect(await on.forwarded()).toBe(before + 1);
});

it('left a log whose chain is intact, with what was denied to each', async () => {
  const lines = await on.gateway.audit();
  const denied = lines.filter(({ allowed }) => allowed === false).map(({ reason }) => reason);
  for (const reason of [
    'invalid_token',
    'origin_not_allowed',
    'tool_denied',
    'server_not_allowed',
    'rate_limit_exceeded',
  ])
    expect(denied).toContain(reason);
  expect((await on.gateway.cli('audit', 'verify')).code).toBe(0);
});
