import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideServer, decideTool } from '../policy/decide.ts';
import { parseRegistry } from '../registry/parse.ts';
import type { Registry } from '../registry/types.ts';
import type { ToolsOf } from './knownTools.ts';
import { previewImpact } from './previewImpact.ts';

interface Rules {
  readonly allow?: readonly string[];
  readonly policy?: object;
}

/** A registry with the servers `git` and `web`. */
function registry(clients: Readonly<Record<string, Rules>>, git: object = {}): Registry {
  const entries = Object.entries(clients).map(([id, { allow = [], policy }]) => [
    id,
    {
      token: `token-of-${id}-0123456789`,
      allow_servers: allow,
      ...(policy && { tool_policy: { git: policy } }),
    },
  ]);
  const server = { transport: 'stdio', command: 'node' };
  const text = JSON.stringify({
    clients: Object.fromEntries(entries) as object,
    servers: { git: { ...server, tool_policy: git }, web: server },
  });
  const parsed = parseRegistry(text, { env: {}, baseDir: '/', readTokenFile: () => '' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.registry;
}

const tools = ['read', 'write', 'drop'];
const known: ToolsOf = (id) => (id === 'git' ? tools.map((name) => ({ name, mark: null })) : null);

describe('previewImpact', () => {
  test('returns nothing if no client’s access changes', () => {
    const same = registry({ a: { allow: ['git', 'web'] } });
    expect(previewImpact(same, same, known)).toEqual([]);
  });

  test('counts the tools of known servers, and names unknown servers', () => {
    const before = registry({ a: { allow: ['web'] }, b: { allow: ['git'] } });
    const after = registry({
      a: { allow: ['git'] },
      b: { allow: ['git'], policy: { deny_tools: ['drop'] } },
    });
    const [a, b, ...others] = previewImpact(before, after, known);
    expect(others).toEqual([]);
    expect(a).toEqual({
      client_id: 'a',
      change: 'changed',
      gained: tools.map((tool) => ({ server_id: 'git', tool })),
      lost: [],
      gained_servers: [],
      lost_servers: ['web'],
      words: 'a gains 3 tools and loses the tools of web (not known yet)',
    });
    expect(b).toMatchObject({ lost: [{ server_id: 'git', tool: 'drop' }], words: 'b loses 1 tool' });
  });

  test('compares the names in policies for a server that was never asked', () => {
    const before = registry({ a: { allow: ['git'] } }, { mode: 'allow_list', allow_tools: ['read'] });
    const after = registry({ a: { allow: ['git'] } }, { mode: 'allow_all', deny_tools: ['drop', 'read'] });
    expect(previewImpact(before, after, () => null)).toEqual([
      {
        client_id: 'a',
        change: 'changed',
        gained: [],
        lost: [{ server_id: 'git', tool: 'read' }],
        gained_servers: ['git'],
        lost_servers: [],
        words: 'a gains the tools of git (not known yet) and loses 1 tool',
      },
    ]);
  });

  test('reports added and removed clients even without access', () => {
    const before = registry({ old: { allow: ['git'] } });
    const after = registry({ idle: {}, late: { allow: ['git', 'web'] } });
    expect(previewImpact(before, after, known).map(({ change, words }) => [change, words])).toEqual([
      ['added', 'idle is new and may use nothing'],
      ['added', 'late is new and may use 3 tools and the tools of web (not known yet)'],
      ['removed', 'old is removed and loses 3 tools'],
    ]);
  });

  test('gained and lost tools match the checks of a call', () => {
    const names = fc.subarray(tools);
    const policy = fc.record({
      mode: fc.constantFrom('allow_all', 'deny_all', 'allow_list'),
      allow_tools: names,
      deny_tools: names,
    });
    const side = fc.record({ allow: fc.subarray(['git', 'web']), policy, git: policy });
    const may = (of: Registry, tool: string): boolean => {
      const [client, server] = [of.clients.get('a'), of.servers.get('git')];
      if (client === undefined || server === undefined) throw new Error('no such entry');
      return (
        decideServer(client, 'git', server).allowed === true &&
        decideTool(client, server, tool, 'approved').allowed === true
      );
    };
    fc.assert(
      fc.property(side, side, (was, is) => {
        const [before, after] = [was, is].map(({ git, ...a }) => registry({ a }, git));
        if (before === undefined || after === undefined) throw new Error('two sides');
        const [impact] = previewImpact(before, after, known);
        const moved = (from: Registry, to: Registry): object[] =>
          tools
            .filter((tool) => may(to, tool) && !may(from, tool))
            .map((tool) => ({ server_id: 'git', tool }));
        expect(impact?.gained ?? []).toEqual(moved(before, after));
        expect(impact?.lost ?? []).toEqual(moved(after, before));
      }),
    );
  });
});
