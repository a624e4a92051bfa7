import { expect, test } from 'vitest';
import { openAudit } from '../../audit/openAudit.ts';
import { decision, LogFolder } from '../../audit/testing/logFolder.ts';
import { lastSeen } from './lastCalls.ts';

test('takes a client for seen when its credentials were accepted, not when they were denied in its name', async () => {
  using folder = new LogFolder();
  const audit = await openAudit(folder.options());
  const auth = (client_id: string | null, allowed: boolean) =>
    decision('', { event: 'client_auth', client_id, allowed, reason: allowed ? 'ok' : 'invalid_token' });
  await audit.append([auth('vscode', true)]);
  const accepted = folder.lines().at(-1)?.ts;
  await audit.append([auth('vscode', false), auth('cursor', false), auth(null, false)]);
  await audit.append([decision('', { event: 'server_start', client_id: 'zed' })]);
  await audit.close();
  expect([...(await lastSeen(folder.path))]).toEqual([['vscode', accepted]]);
});

test('has seen nobody without a log', async () => {
  using folder = new LogFolder();
  expect((await lastSeen(folder.path)).size).toBe(0);
});
