import { expect, test } from 'vitest';
import { lmcpAsClient } from './lmcpAsClient.ts';
import { failuresOf, runClientSuite } from './runClientSuite.ts';

test('LMCP as a client passes the scenarios of servers of 2025-03-26', async () => {
  await using client = await lmcpAsClient();
  const results = await runClientSuite(client, '--suite', 'backcompat');
  expect([...results.keys()]).toEqual([
    'auth/2025-03-26-oauth-endpoint-fallback',
    'auth/2025-03-26-oauth-metadata-backcompat',
  ]);
  expect(await failuresOf(client, results)).toEqual([]);
});
