import { expect, test } from 'vitest';
import type { ClientView, RegistryView, ToolPolicyView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { grantServer, grantTool, grantToolToAll } from './grants.ts';
import { mergePatch } from './patch.ts';

function registry(client: Partial<ClientView>, policy?: ToolPolicyView): RegistryView {
  return {
    lmcp: { management_token_status: 'set' },
    clients: { codex: { token_status: 'set', allow_servers: [], ...client } },
    servers: { git: { transport: 'stdio', command: 'git-mcp', ...(policy && { tool_policy: policy }) } },
  };
}

test('a server is opened once and closed again', () => {
  const view = registry({ allow_servers: ['time'] });
  expect(grantServer(view, 'codex', 'git', true)).toEqual({
    clients: { codex: { allow_servers: ['time', 'git'] } },
  });
  expect(grantServer(view, 'codex', 'time', true)).toEqual({
    clients: { codex: { allow_servers: ['time'] } },
  });
  expect(grantServer(view, 'codex', 'time', false)).toEqual({ clients: { codex: { allow_servers: [] } } });
});

test('allowing one tool of a closed server opens the server for that tool alone', () => {
  expect(
    mergePatch(registry({}), grantTool(registry({}), 'codex', 'git', 'log', true)).clients['codex'],
  ).toEqual({
    token_status: 'set',
    allow_servers: ['git'],
    tool_policy: { git: { mode: 'allow_list', allow_tools: ['log'] } },
  });
});

test('a denied tool goes to deny_tools, and back without a trace', () => {
  const open = registry({ allow_servers: ['git'] });
  const denied = mergePatch(open, grantTool(open, 'codex', 'git', 'push', false));
  expect(denied.clients['codex']?.tool_policy).toEqual({ git: { deny_tools: ['push'] } });
  const again = mergePatch(denied, grantTool(denied, 'codex', 'git', 'push', true));
  expect(again.clients['codex']?.tool_policy).toEqual({});
});

test('an allow list grows and shrinks, and deny_all becomes a list of one', () => {
  const listed = registry({
    allow_servers: ['git'],
    tool_policy: { git: { mode: 'allow_list', allow_tools: ['log'] } },
  });
  expect(grantTool(listed, 'codex', 'git', 'diff', true)).toEqual({
    clients: { codex: { tool_policy: { git: { allow_tools: ['log', 'diff'] } } } },
  });
  expect(grantTool(listed, 'codex', 'git', 'log', false)).toEqual({
    clients: { codex: { tool_policy: { git: { allow_tools: [] } } } },
  });
  const closed = registry({ allow_servers: ['git'], tool_policy: { git: { mode: 'deny_all' } } });
  expect(grantTool(closed, 'codex', 'git', 'log', true)).toEqual({
    clients: { codex: { tool_policy: { git: { mode: 'allow_list', allow_tools: ['log'] } } } },
  });
});

test('for everyone: the server’s own policy changes', () => {
  const view = registry({}, { mode: 'allow_all', deny_tools: ['push', 'reset'] });
  expect(grantToolToAll(view, 'git', 'push', true)).toEqual({
    servers: { git: { tool_policy: { deny_tools: ['reset'] } } },
  });
});

test('denying a tool of a server that is closed changes nothing', () => {
  expect(grantTool(registry({}), 'codex', 'git', 'log', false)).toEqual({});
});
