import { expect, test } from 'vitest';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { pendingGroups } from './pendingGroups.ts';

const current: RegistryView = {
  lmcp: { management_token_status: 'set' },
  clients: { codex: { token_status: 'set', allow_servers: [] } },
  servers: { old: { transport: 'stdio', command: 'x' }, time: { transport: 'stdio', command: 'x' } },
};

test('counts what is pending by object, not by key', () => {
  const patch = {
    lmcp: { port: 1 },
    clients: { codex: { allow_servers: ['time'], rate_limit_rpm: 3 } },
    servers: {
      github: { transport: 'stdio', command: 'npx', args: ['a'] },
      old: null,
      time: { tool_policy: { mode: 'deny_all' } },
    },
  };
  expect(pendingGroups(current, patch)).toEqual([
    { path: ['lmcp', 'port'], name: 'lmcp.port', change: 'changed', keys: [] },
    {
      path: ['clients', 'codex'],
      name: 'client codex',
      change: 'changed',
      keys: ['allow_servers', 'rate_limit_rpm'],
    },
    { path: ['servers', 'github'], name: 'server github', change: 'new', keys: [] },
    { path: ['servers', 'old'], name: 'server old', change: 'removed', keys: [] },
    { path: ['servers', 'time'], name: 'server time', change: 'changed', keys: ['tool_policy.mode'] },
  ]);
});
