import { join } from 'node:path';
import { root } from '../../harness/gateway.ts';
import { runPackage, type Results } from '../suites.ts';
import type { LmcpAsClient } from './lmcpAsClient.ts';

/** Ways to sign in that are extensions of MCP, and that LMCP does not have. */
export const notOffered: readonly string[] = [
  'auth/dpop',
  'auth/dpop-nonce',
  'auth/enterprise-managed-authorization',
  'auth/wif-jwt-bearer',
];

/** Runs scenarios for clients; all of a set begin together. */
export function runClientSuite(client: LmcpAsClient, ...options: readonly string[]): Promise<Results> {
  const relay = join(root, 'e2e/fixtures/conformance/client-relay.ts');
  const command = [process.execPath, relay, client.control].join(' ');
  return runPackage('conformance-2026', ['client', ...options, '--command', command, '--timeout', '120000']);
}

/**
 * By scenario, what is wrong: without those that are not offered, and without what passes alone: some checks measure how late a
 * client is.
 */
export async function failuresOf(
  client: LmcpAsClient,
  results: Results,
  ...revision: readonly string[]
): Promise<[scenario: string, checks: readonly string[]][]> {
  const failed: [string, readonly string[]][] = [];
  for (const [scenario, first] of results) {
    if (first.length === 0 || notOffered.includes(scenario)) continue;
    const again = await runClientSuite(client, '--scenario', scenario, ...revision);
    const checks = again.get(scenario) ?? first;
    if (checks.length > 0) failed.push([scenario, checks]);
  }
  return failed;
}
