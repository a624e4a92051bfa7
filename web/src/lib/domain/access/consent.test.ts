import { expect, test } from 'vitest';
import type { AccessAnswer } from 'lmcp-gateway/src/api/access.ts';
import type { AuthorizationRequestAnswer } from 'lmcp-gateway/src/api/signIn/authorizations.ts';
import { chosenClient, newClientId, reachOf } from './consent.ts';

function asked(app_name: string, suggested_client_id: string | null = null): AuthorizationRequestAnswer {
  return {
    ok: true,
    app_name,
    app_document: null,
    redirect_kind: 'loopback',
    redirect_target: '127.0.0.1:1',
    audience: '/mcp',
    suggested_client_id,
  };
}

test.each([
  ['the client it had before', asked('Codex', 'editor'), 'editor'],
  ['one with an id like its name', asked('Claude Code'), 'claude-code'],
  ['a new one where nothing fits', asked('Unknown'), undefined],
  ['a new one for an application without a name', asked(''), undefined],
  [
    'a new one for a web site with such a name',
    { ...asked('Claude Code'), redirect_kind: 'site' as const },
    undefined,
  ],
  ['a new one where the former client is gone', asked('Codex', 'gone'), undefined],
])('proposes %s', (_what, request, expected) => {
  expect(chosenClient(request, ['editor', 'claude-code'])).toBe(expected);
});

test.each([
  ['Visual Studio Code', 'visual-studio-code'],
  ['Codex', 'codex-2'],
  ['', 'application'],
  ['日本語', 'application'],
])('names a new client of %j %s', (name, id) => {
  expect(newClientId(name, ['codex'])).toBe(id);
});

test('tells the granted servers of a client, and only the one that is asked for', () => {
  const cell = (access: 'all' | 'some' | 'none', allowed: number | null, rule: number) => ({
    ...{ access, allowed_count: allowed, pending_count: 0, total_count: allowed === null ? null : 3 },
    ...{ rule, tools: [], denied_requests: [] },
  });
  const access = {
    servers: ['a', 'b', 'c', 'd'].map((server_id) => ({ server_id, tools_known: true, tools: [] })),
    clients: [
      {
        client_id: 'x',
        cells: [cell('all', 3, 0), cell('some', 1, 0), cell('none', 0, 1), cell('some', null, 0)],
      },
    ],
    rules: [{ reason: 'ok' }, { reason: 'server_not_allowed' }],
  } as unknown as AccessAnswer;
  expect(reachOf(access, 'x', '/mcp')).toEqual([
    { server: 'a', tools: 'all 3 tools' },
    { server: 'b', tools: '1 of 3 tools' },
    { server: 'd', tools: 'its tools are not known yet' },
  ]);
  expect(reachOf(access, 'x', '/mcp/b').map(({ server }) => server)).toEqual(['b']);
  expect(reachOf(access, 'nobody', '/mcp')).toEqual([]);
});
