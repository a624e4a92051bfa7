import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideServer, decideTool } from '../policy/decide.ts';
import { placesIn } from '../registry/yaml/lineOf.ts';
import { applyPatch } from '../registry/edit/patch.ts';
import { effectiveAccess, type ToolsOf } from './access.ts';
import {
  policies,
  registryFrom,
  registryText,
  type PolicyInput,
} from '../management/testing/registryText.ts';
import { explain } from './why.ts';

const servers = ['one', 'two'] as const;
const tools = ['a', 'b', 'c', 'd'] as const;

const registries = fc.record({
  servers: fc.record({ one: policies(tools), two: policies(tools) }),
  clients: fc.dictionary(
    fc.constantFrom('codex', 'vscode'),
    fc.record({
      allow_servers: fc.subarray([...servers]),
      tool_policy: fc.record({ one: policies(tools), two: policies(tools) }, { requiredKeys: [] }),
    }),
    { noNullPrototype: true },
  ),
});
const known = fc.record({
  one: fc.option(fc.subarray([...tools, 'e'])),
  two: fc.option(fc.subarray([...tools, 'e'])),
});

test('every cell says what a call would be told, and points to the line that decides', () => {
  fc.assert(
    fc.property(registries, known, (input, offered) => {
      const text = registryText(input);
      const registry = registryFrom(text);
      const places = placesIn(text);
      const toolsOf: ToolsOf = (id) =>
        offered[id as 'one' | 'two']?.map((name) => ({ name, mark: null })) ?? null;
      const access = effectiveAccess(registry, toolsOf, places);
      for (const { client_id: clientId, cells } of access.clients) {
        const client = registry.clients.get(clientId)!;
        for (const [at, cell] of cells.entries()) {
          const shown = access.servers[at]!;
          const server = registry.servers.get(shown.server_id)!;
          const may = (tool: string) =>
            decideServer(client, server.id, server).allowed && decideTool(client, server, tool).allowed;
          for (const [column, { tool }] of shown.tools.entries()) {
            const rule = access.rules[cell.tools[column]!]!;
            expect(rule.allowed).toBe(may(tool));
            const named = rule.path.split(/[.[\]]/).filter((step) => step !== '');
            const key = named.findLast((step) => !/^\d+$/.test(step))!;
            if (rule.line !== null)
              expect(text.split('\n')[rule.line - 1]).toMatch(/\d$/.test(named.at(-1)!) ? /- / : key);
          }
          const names = shown.tools.filter((each) => each.offered).map(({ tool }) => tool);
          const count = names.filter(may).length;
          expect(cell.allowed_count).toBe(shown.tools_known ? count : null);
          if (names.length > 0) {
            expect(cell.access).toBe(count === 0 ? 'none' : count === names.length ? 'all' : 'some');
          }
          expect(access.rules[cell.rule]!.allowed).toBe(may('a tool that nobody names'));
        }
      }
      expect(new Set(access.rules.map((rule) => JSON.stringify(rule))).size).toBe(access.rules.length);
    }),
  );
});

test('why agrees with a call; its patch opens this tool to this client, and no other', () => {
  fc.assert(
    fc.property(
      registries,
      fc.constantFrom('codex', 'vscode', 'nobody'),
      fc.constantFrom(...servers, 'nonesuch'),
      fc.constantFrom(...tools, 'unnamed'),
      (input, clientId, serverId, tool) => {
        const text = registryText(input);
        const registry = registryFrom(text);
        const may = (of: typeof registry, name: string): boolean => {
          const [client, server] = [of.clients.get(clientId), of.servers.get(serverId)];
          if (client === undefined || server === undefined) return false;
          return decideServer(client, serverId, server).allowed && decideTool(client, server, name).allowed;
        };
        const answer = explain(registry, placesIn(text), { clientId, serverId, tool }, null);
        expect(answer.allowed).toBe(may(registry, tool));
        expect(answer.steps.map(({ gate }) => gate)).toEqual([
          'client',
          'rate_limit',
          'server',
          'server_policy',
          'client_policy',
        ]);
        const refusal = answer.steps.findIndex(({ outcome }) => outcome === 'refuse');
        expect(refusal === -1).toBe(answer.allowed);
        for (const [at, { outcome }] of answer.steps.entries()) {
          if (refusal >= 0 && at > refusal) expect(outcome).toBe('skipped');
        }
        const patchable = !answer.allowed && registry.clients.has(clientId) && registry.servers.has(serverId);
        expect(answer.allow_patch !== null).toBe(patchable);
        if (answer.allow_patch === null) return;
        const patched = applyPatch(text, answer.allow_patch);
        const after = registryFrom(patched.ok ? patched.text : '');
        expect(may(after, tool)).toBe(true);
        for (const other of [...tools, 'unnamed', 'another'].filter((each) => each !== tool)) {
          if (may(after, other)) expect(may(registry, other)).toBe(true);
        }
      },
    ),
  );
});

const one = { one: { mode: 'allow_all', deny_tools: ['b', 'c'] } } satisfies Record<string, PolicyInput>;

test('a rule is told by its entry and its line', () => {
  const text = registryText({
    servers: one,
    clients: { codex: { allow_servers: ['one'], tool_policy: {} } },
  });
  const answer = explain(
    registryFrom(text),
    placesIn(text),
    { clientId: 'codex', serverId: 'one', tool: 'c' },
    null,
  );
  const line = text.split('\n').findIndex((each) => each.trim() === '- c') + 1;
  expect(answer.steps[3]).toMatchObject({
    outcome: 'refuse',
    reason: 'tool_denied',
    path: 'servers.one.tool_policy.deny_tools[1]',
    line,
  });
  expect(answer.words).toBe(
    '"codex" may not call "c" of server "one": the policy of server "one" denies "c"',
  );
  expect(answer.allow_patch).toEqual({ servers: { one: { tool_policy: { deny_tools: ['b'] } } } });
});

test('a tool is found under the name that /mcp shows, and one that is not offered is told', () => {
  const text = registryText({
    servers: one,
    clients: { codex: { allow_servers: ['one'], tool_policy: {} } },
  });
  const ask = (tool: string | null, offered: string[] | null) =>
    explain(registryFrom(text), placesIn(text), { clientId: 'codex', serverId: 'one', tool }, offered);
  const long = 'x'.repeat(80);
  expect(ask('one__a', ['a']).tool).toBe('a');
  expect(ask('one__a', null).tool).toBe('a');
  expect(ask('one__a', ['one__a']).tool).toBe('one__a');
  expect(ask(`one__${long}`, [long]).tool).toBe(long);
  expect(ask('z', ['a']).words).toContain('offered no tool of that name');
  expect(ask(null, ['a'])).toMatchObject({ allowed: true, tool: null, steps: { length: 3 } });
});

test('of tools nobody has listed yet, what is named decides whether some are closed', () => {
  const cell = (policy: PolicyInput) => {
    const text = registryText({
      servers: { one: policy },
      clients: { codex: { allow_servers: ['one'], tool_policy: {} } },
    });
    return effectiveAccess(registryFrom(text), () => null, placesIn(text)).clients[0]!.cells[0]!;
  };
  expect(cell({ mode: 'allow_all' })).toMatchObject({
    access: 'all',
    allowed_count: null,
    total_count: null,
  });
  expect(cell({ mode: 'allow_all', deny_tools: ['a'] }).access).toBe('some');
  expect(cell({ mode: 'allow_list', allow_tools: ['a'] }).access).toBe('some');
  expect(cell({ mode: 'allow_list', allow_tools: ['a'], deny_tools: ['a'] }).access).toBe('none');
  expect(cell({ mode: 'deny_all', allow_tools: ['a'] }).access).toBe('none');
});
