import type { StatusServer } from 'lmcp-gateway/src/api/status.ts';
import { expect, test } from 'vitest';
import { gatewayState, limitedClients } from './gatewayState.ts';

type Health = NonNullable<StatusServer['health']>;
function server(server_id: string, health: Pick<Health, 'level' | 'action'> & Partial<Health>): StatusServer {
  return {
    server_id,
    transport: 'stdio',
    runtime: 'process',
    state: 'ready',
    available_hint: true,
    tool_policy_mode: 'allow_all',
    tool_count: 1,
    timeouts: { connect_ms: 1, request_ms: 1, idle_ms: 1 } as unknown as StatusServer['timeouts'],
    health: { summary: '', stderr: [], ...health },
  };
}
const works = {
  audit: { ok: true, seq: 1, disk_used_percent: 1 },
  registry: { valid: true, revision: '1' },
} as const;
const texts = (parts: readonly { readonly text: string }[]): string[] => parts.map(({ text }) => text);

test('nothing is said where all works', () => {
  expect(gatewayState({ ...works, servers: [server('a', { level: 'ok', action: 'none' })] })).toEqual([]);
});

test('what is broken is before what waits for a decision, and one server is linked to', () => {
  const waits = (id: string, pending_tools: number): StatusServer =>
    server(id, { level: 'decision', action: 'approve_tools', pending_tools });
  const parts = gatewayState({
    ...works,
    registry: { valid: false, revision: '1' },
    servers: [
      waits('a', 2),
      waits('b', 1),
      server('c', { level: 'failing', action: 'view_logs' }),
      server('d', { level: 'decision', action: 'sign_in' }),
    ],
  });
  expect(texts(parts)).toEqual([
    '1 server failing',
    'registry file invalid',
    '3 tools pending approval',
    'sign-in needed for 1 server',
  ]);
  expect(parts.map(({ tone }) => tone)).toEqual(['broken', 'decide', 'decide', 'decide']);
  expect(parts[0]?.to).toEqual({ page: '/servers/[server]', server: 'c' });
  expect(parts[2]?.to).toEqual({ page: '/servers' });
});

test('a client that is limited is named with its count over all tools', () => {
  const denied = (client_id: string, reason: string, count: number) => ({
    client_id,
    server_id: null,
    tool_name: null,
    event: 'rate_limit',
    reason,
    count,
    last_at: 1,
  });
  const groups = [
    denied('slow', 'rate_limit_exceeded', 1),
    denied('ci-bot', 'rate_limit_exceeded', 60),
    denied('ci-bot', 'rate_limit_exceeded', 6),
    denied('codex', 'tool_denied', 9),
  ];
  expect(texts(limitedClients(groups, '1h'))).toEqual(['ci-bot limited 66×', 'slow limited 1×']);
});
