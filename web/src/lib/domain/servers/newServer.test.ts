import { expect, test } from 'vitest';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { mergePatch } from '../access/patch.ts';
import { accessIn, newServerPatch, trialPatch } from './newServer.ts';

const view: RegistryView = {
  lmcp: { management_token_status: 'set' },
  clients: {
    codex: { token_status: 'set', allow_servers: ['old'] },
    vscode: { token_status: 'set', allow_servers: [] },
  },
  servers: { old: { transport: 'stdio', command: 'old' } },
};
const entry = { transport: 'stdio', command: 'notes' };

test('a server, its tools and its grants are one change, which can be changed again while it is pending', () => {
  const patch = newServerPatch(view, 'notes', entry, { clients: ['codex'], tools: ['read'] });
  expect(patch).toEqual({
    servers: {
      notes: { ...entry, tool_policy: { mode: 'allow_list', allow_tools: ['read'], deny_tools: null } },
    },
    clients: { codex: { allow_servers: ['old', 'notes'] } },
  });
  const staged = mergePatch(view, patch);
  expect(accessIn(staged, 'notes')).toEqual({ clients: ['codex'], tools: ['read'] });
  expect(newServerPatch(staged, 'notes', {}, { clients: ['vscode'], tools: null })).toEqual({
    servers: { notes: { tool_policy: null } },
    clients: { codex: { allow_servers: ['old'] }, vscode: { allow_servers: ['notes'] } },
  });
});

test('a server that nobody is granted changes no client', () => {
  expect(newServerPatch(view, 'notes', entry, { clients: [], tools: null })).toEqual({
    servers: { notes: entry },
  });
});

test('a test sends what is pending for its server, and nothing else that is pending', () => {
  const pending = { servers: { notes: { command: 'a', args: ['1'] }, old: null }, lmcp: { port: 1 } };
  expect(trialPatch(pending, 'notes', { command: 'b' })).toEqual({
    servers: { notes: { command: 'b', args: ['1'] } },
  });
  expect(trialPatch({}, 'notes', entry)).toEqual({ servers: { notes: entry } });
});
