import { expect, test } from 'vitest';
import { diffRegistries, restartRequired } from './diff.ts';
import { parseRegistry } from './parse.ts';
import type { Registry } from './types.ts';

function read(text: string): Registry {
  const result = parseRegistry(text, { env: {}, baseDir: '/srv', readTokenFile: () => '' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.registry;
}

const before = read(`
lmcp: {port: 7345, rate_limit_rpm: 5}
clients:
  a: {token: SECRETSECRET-old1, allow_servers: [s, t]}
  gone: {token: SECRETSECRET-old2, allow_servers: []}
servers:
  s: {transport: stdio, command: x, env: {KEY: SECRET-old, SAME: same}, tool_policy: {deny_tools: [a]}}
  t: {transport: http, url: "http://localhost:1", headers: {Authorization: SECRET-old}}
`);
const after = read(`
lmcp: {port: 80, management_token: SECRETSECRET-mgmt}
clients:
  a: {token: SECRETSECRET-new1, allow_servers: [s, u], tool_policy: {s: {mode: deny_all}}}
  new: {token: SECRETSECRET-new2, allow_servers: [u]}
servers:
  s: {transport: stdio, command: y, env: {KEY: SECRET-new, SAME: same}, tool_policy: {mode: deny_all, deny_tools: [b]}, timeouts: {tools_call_s: 5}}
  t: {transport: http, url: "http://localhost:2", headers: {Authorization: SECRET-new}}
  u: {transport: stdio, command: z}
`);

test('describes every change without revealing secrets', () => {
  const diff = diffRegistries(before, after);
  expect(diff).toEqual({
    settings: ['port', 'rate_limit_rpm', 'management_token'],
    clients: { added: ['new'], removed: ['gone'], changed: ['a'] },
    servers: { added: ['u'], removed: [], changed: ['s', 't'] },
    summary: [
      'lmcp.port: 7345 → 80',
      'lmcp.rate_limit_rpm: 5 → none',
      'lmcp.management_token: management is enabled',
      'server u is new (process)',
      'server s: command is changed',
      'server s: env KEY is changed',
      'server s: timeouts.tools_call_s: 180 → 5',
      'server s: tool_policy.mode: allow_all → deny_all',
      'server s: tool_policy.deny_tools gains "b"',
      'server s: tool_policy.deny_tools loses "a"',
      'server t: url is changed',
      'server t: header Authorization is changed',
      'client new is new and may use u',
      'client gone is removed',
      'client a: may now use u',
      'client a: may no longer use t',
      'client a: token is changed',
      'client a: rate_limit_rpm: 5 → unlimited',
      'client a: tool_policy.s is set',
    ],
  });
  expect(JSON.stringify(diff)).not.toContain('SECRET');
});

test('finds no difference between equal registries', () => {
  expect(diffRegistries(after, after).summary).toEqual([]);
});

test('the address, the log and loopback_only need a restart, the rest does not', () => {
  expect(restartRequired(before.settings, after.settings)).toEqual(['port']);
  const remote = read('lmcp: {host: "::1", audit_log: x, loopback_only: false}');
  expect(restartRequired(before.settings, remote.settings)).toEqual(['host', 'audit_log', 'loopback_only']);
});
