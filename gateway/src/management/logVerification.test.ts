import { expect, test } from 'vitest';
import { openAudit } from '../audit/openAudit.ts';
import { LogFolder } from '../audit/testing/logFolder.ts';
import { systemClock } from '../clock.ts';
import { LogVerification } from './logVerification.ts';

test('tells lines, and how many occurrences are in counted ones', async () => {
  using folder = new LogFolder();
  const audit = await openAudit(folder.options());
  const denied = { event: 'tool_authz', client_id: 'red', allowed: false, reason: 'tool_denied' } as const;
  await audit.append([denied, { ...denied, detail: { count: 7 } }, { ...denied, detail: { count: 5 } }]);
  await audit.close();
  const verification = new LogVerification(folder.path, systemClock);
  verification.start();
  await expect.poll(() => verification.state.running).toBe(false);
  expect(verification.state.last).toMatchObject({
    verified: true,
    repeats: 12,
    lines: folder.lines().length,
  });
});

test('a log that cannot be read is a problem of its own', async () => {
  using folder = new LogFolder();
  const verification = new LogVerification(folder.path, systemClock);
  verification.start();
  await expect.poll(() => verification.state.running).toBe(false);
  expect(verification.state.last).toMatchObject({ verified: false, lines: 0, repeats: 0 });
});
