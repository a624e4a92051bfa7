import { expect, test } from 'vitest';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { bulkPatch, matchesPattern } from './bulkGrant.ts';

const view: RegistryView = {
  lmcp: { management_token_status: 'set' },
  clients: {
    codex: { token_status: 'set', allow_servers: ['git'] },
    cursor: { token_status: 'set', allow_servers: [] },
  },
  servers: { git: { transport: 'stdio' }, time: { transport: 'stdio' } },
};

test('patterns know stars, question marks and commas, and nothing else', () => {
  expect(matchesPattern('read_*', 'read_file')).toBe(true);
  expect(matchesPattern('c?dex, cursor', 'cursor')).toBe(true);
  expect(matchesPattern('a.c', 'abc')).toBe(false);
  expect(matchesPattern('(', '(')).toBe(true);
  expect(matchesPattern('', 'anything')).toBe(false);
});

test('whole servers for every client', () => {
  const result = bulkPatch(view, new Map(), { clients: 'c*', servers: '*', tools: '', allow: true });
  expect(result.touched).toBe(4);
  expect(result.patch).toEqual({
    clients: { codex: { allow_servers: ['git', 'time'] }, cursor: { allow_servers: ['git', 'time'] } },
  });
});

test('several tools of a closed server add up', () => {
  const tools = new Map([['git', ['log', 'diff', 'push']]]);
  const result = bulkPatch(view, tools, {
    clients: 'cursor',
    servers: 'git',
    tools: 'log,diff',
    allow: true,
  });
  expect(result.patch).toEqual({
    clients: {
      cursor: {
        allow_servers: ['git'],
        tool_policy: { git: { mode: 'allow_list', allow_tools: ['log', 'diff'] } },
      },
    },
  });
});
