import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checks } from '../policy/checks.ts';
import { decideServer, decideTool } from '../policy/decide.ts';
import type { Client, Registry } from '../registry/types.ts';
import { placesIn } from '../registry/yaml/lineOf.ts';
import { applyPatch } from '../registry/edit/patch.ts';
import { effectiveAccess } from './access.ts';
import { definitionsIn, type KnownTool, type ToolsOf } from './knownTools.ts';
import { previewImpact } from './previewImpact.ts';
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
  pinned: fc.subarray([...servers]),
  servers: fc.record({ one: policies(tools), two: policies(tools) }),
  clients: fc.dictionary(
    fc.constantFrom('codex', 'vscode', 'cursor'),
    fc.record({
      allow_servers: fc.subarray([...servers]),
      tool_policy: fc.record({ one: policies(tools), two: policies(tools) }, { requiredKeys: [] }),
    }),
    { noNullPrototype: true },
  ),
});
const marks = fc.constantFrom(null, null, 'new', 'changed');
const offers = fc.option(
  fc
    .tuple(fc.subarray([...tools, 'e']), fc.array(marks, { minLength: 5, maxLength: 5 }))
    .map(([names, drawn]) => names.map((name, at): KnownTool => ({ name, mark: drawn[at] ?? null }))),
);
const known = fc.record({ one: offers, two: offers });

/** Whether a call is allowed; null if that depends on a tool list that was never requested. */
function call(registry: Registry, client: Client, serverId: string, tool: string, list: Offered) {
  const server = registry.servers.get(serverId);
  const reach = decideServer(client, serverId, server);
  if (reach.allowed !== true || server === undefined) return reach;
  return decideTool(client, server, tool, definitionsIn(list)(tool));
}
type Offered = readonly KnownTool[] | null;

test('every cell matches the decision of a call, and points to the deciding line', () => {
  fc.assert(
    fc.property(registries, known, (input, offered) => {
      const text = registryText(input);
      const registry = registryFrom(text);
      const places = placesIn(text);
      const toolsOf: ToolsOf = (id) => offered[id as 'one' | 'two'];
      const access = effectiveAccess(registry, toolsOf, places);
      for (const { client_id: clientId, cells } of access.clients) {
        const client = registry.clients.get(clientId)!;
        for (const [at, cell] of cells.entries()) {
          const shown = access.servers[at]!;
          const list = toolsOf(shown.server_id);
          const may = (tool: string) => call(registry, client, shown.server_id, tool, list);
          for (const [column, { tool }] of shown.tools.entries()) {
            const rule = access.rules[cell.tools[column]!]!;
            expect([rule.allowed, rule.reason]).toEqual([may(tool).allowed, may(tool).reason]);
            const named = rule.path.split(/[.[\]]/).filter((step) => step !== '');
            const key = named.findLast((step) => !/^\d+$/.test(step))!;
            if (rule.line !== null)
              expect(text.split('\n')[rule.line - 1]).toMatch(/\d$/.test(named.at(-1)!) ? /- / : key);
          }
          const names = shown.tools.filter((each) => each.offered).map(({ tool }) => tool);
          const count = names.filter((tool) => may(tool).allowed === true).length;
          const pending = names.filter((tool) => may(tool).reason === 'tool_not_approved').length;
          expect(cell.allowed_count).toBe(shown.tools_known ? count : null);
          expect(cell.pending_count).toBe(shown.tools_known ? pending : null);
          if (names.length > 0) {
            expect(cell.access).toBe(count === 0 ? 'none' : count === names.length ? 'all' : 'some');
          }
          const unnamed = { name: 'a tool that nobody names', mark: null };
          const general = call(registry, client, shown.server_id, unnamed.name, [unnamed]);
          expect(access.rules[cell.rule]!.allowed).toBe(general.allowed);
        }
      }
      expect(new Set(access.rules.map((rule) => JSON.stringify(rule))).size).toBe(access.rules.length);
    }),
  );
});

/** The tools of a server that clients gain by a change; no client loses any. */
function gainsBy(before: Registry, after: Registry, serverId: string) {
  return [...before.clients.keys()].flatMap((id) =>
    [...tools, 'unnamed', 'another'].flatMap((tool) => {
      const may = (of: Registry) =>
        call(of, of.clients.get(id)!, serverId, tool, [{ name: tool, mark: null }]).allowed;
      if (may(before)) expect(may(after)).toBe(true);
      return may(after) === true && may(before) !== true ? [{ id, tool }] : [];
    }),
  );
}

test('why agrees with a call; each choice’s patch allows only this tool, and only to the clients it names', () => {
  fc.assert(
    fc.property(
      registries,
      known,
      fc.constantFrom('codex', 'vscode', 'nobody'),
      fc.constantFrom(...servers, 'nonesuch'),
      fc.constantFrom(...tools, 'unnamed'),
      (input, offered, clientId, serverId, tool) => {
        const text = registryText(input);
        const registry = registryFrom(text);
        const list = serverId === 'nonesuch' ? null : offered[serverId];
        const may = (of: Registry, name: string, shown: Offered) => {
          const client = of.clients.get(clientId);
          if (client === undefined) return { allowed: false, reason: 'unknown_client' };
          return call(of, client, serverId, name, shown);
        };
        const answer = explain(registry, placesIn(text), { clientId, serverId, tool }, list);
        const { allowed, reason } = may(registry, tool, list);
        expect([answer.allowed, answer.reason]).toEqual([allowed, reason]);
        expect(answer.steps.map(({ gate }) => gate)).toEqual(checks.map(({ id }) => id));
        const denial = answer.steps.findIndex(({ outcome }) => outcome === 'refuse');
        expect(denial === -1).toBe(allowed !== false);
        for (const [at, { outcome }] of answer.steps.entries()) {
          if (denial >= 0 && at > denial) expect(outcome).toBe('skipped');
        }
        const named = registry.clients.has(clientId) && registry.servers.has(serverId);
        const unpatchable = ['tool_not_approved', 'tool_not_listed'].includes(reason ?? '');
        const patchable = allowed === false && !unpatchable && named;
        const scopes = answer.allow.map(({ scope }) => scope);
        expect(scopes.slice(0, 1)).toEqual(patchable ? ['client'] : []);
        for (const { scope, gainers, patch } of answer.allow) {
          const patched = applyPatch(text, patch);
          const gains = gainsBy(registry, registryFrom(patched.ok ? patched.text : ''), serverId);
          expect(gains).toEqual(gainers.map((id) => ({ id, tool })));
          expect(gainers).toContain(clientId);
          expect(gainers.length > 1).toBe(scope === 'every_client');
        }
        expect(scopes.slice(1)).toEqual(scopes.includes('every_client') ? ['every_client'] : []);
      },
    ),
  );
});

test('the impact of a change equals the calls that become allowed or denied', () => {
  fc.assert(
    fc.property(registries, registries, known, (was, is, offered) => {
      const [before, after] = [registryFrom(registryText(was)), registryFrom(registryText(is))];
      const toolsOf: ToolsOf = (id) => offered[id as 'one' | 'two'];
      const impact = previewImpact(before, after, toolsOf);
      for (const clientId of ['codex', 'vscode']) {
        const own = impact.find(({ client_id }) => client_id === clientId);
        for (const serverId of servers) {
          for (const { name: tool } of toolsOf(serverId) ?? []) {
            const may = (of: Registry): boolean => {
              const client = of.clients.get(clientId);
              return (
                client !== undefined && call(of, client, serverId, tool, toolsOf(serverId)).allowed === true
              );
            };
            const ref = { server_id: serverId, tool };
            expect(own?.gained.some((each) => isDeepStrictEqual(each, ref)) ?? false).toBe(
              may(after) && !may(before),
            );
            expect(own?.lost.some((each) => isDeepStrictEqual(each, ref)) ?? false).toBe(
              may(before) && !may(after),
            );
          }
        }
      }
    }),
  );
});

test('explains a tool denied by pin_tools as pending approval, without a patch', () => {
  const text = registryText({
    pinned: ['one'],
    servers: { one: {} },
    clients: { codex: { allow_servers: ['one'], tool_policy: {} } },
  });
  const ask = (list: Offered) =>
    explain(registryFrom(text), placesIn(text), { clientId: 'codex', serverId: 'one', tool: 'a' }, list);
  const changed = ask([{ name: 'a', mark: 'changed' }]);
  expect(changed).toMatchObject({ allowed: false, reason: 'tool_not_approved', allow: [] });
  expect(changed.words).toBe(
    '"codex" may not call "a" of server "one": server "one" has pin_tools, and the definition of "a" has changed: it requires approval',
  );
  expect(changed.steps.at(-1)).toMatchObject({
    gate: 'pinning',
    outcome: 'refuse',
    path: 'servers.one.pin_tools',
    line: text.split('\n').findIndex((each) => each.includes('pin_tools')) + 1,
  });
  expect(ask([{ name: 'a', mark: null }])).toMatchObject({ allowed: true, reason: 'ok' });
  expect(ask([]).words).toContain('does not list "a"');
  expect(ask(null)).toMatchObject({ allowed: null, reason: null });
  expect(ask(null).steps.at(-1)).toMatchObject({ gate: 'pinning', outcome: 'unknown' });
});

const one = { one: { mode: 'allow_all', deny_tools: ['b', 'c'] } } satisfies Record<string, PolicyInput>;

test('reports a rule with its entry and its line', () => {
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
  expect(answer.allow).toEqual([
    {
      scope: 'client',
      label: 'Only codex',
      gainers: ['codex'],
      patch: { servers: { one: { tool_policy: { deny_tools: ['b'] } } } },
    },
  ]);
});

test('if a server change would let other clients gain, only the second choice lets them', () => {
  const text = registryText({
    servers: { one: { mode: 'allow_list', allow_tools: ['a'] } },
    clients: {
      codex: { allow_servers: ['one'], tool_policy: {} },
      vscode: { allow_servers: ['one'], tool_policy: {} },
      cursor: { allow_servers: ['one'], tool_policy: { one: { mode: 'allow_list', allow_tools: ['a'] } } },
    },
  });
  const question = { clientId: 'codex', serverId: 'one', tool: 'b' };
  const { allow } = explain(registryFrom(text), placesIn(text), question, null);
  const servers = { one: { tool_policy: { allow_tools: ['a', 'b'] } } };
  const restricted = { vscode: { tool_policy: { one: { mode: 'allow_all', deny_tools: ['b'] } } } };
  expect(allow).toEqual([
    { scope: 'client', label: 'Only codex', gainers: ['codex'], patch: { servers, clients: restricted } },
    {
      scope: 'every_client',
      label: 'Every client that may use one',
      gainers: ['codex', 'vscode'],
      patch: { servers },
    },
  ]);
});

test('finds a tool by its /mcp name, and reports one that is not listed', () => {
  const text = registryText({
    servers: one,
    clients: { codex: { allow_servers: ['one'], tool_policy: {} } },
  });
  const ask = (tool: string | null, offered: string[] | null) =>
    explain(
      registryFrom(text),
      placesIn(text),
      { clientId: 'codex', serverId: 'one', tool },
      offered?.map((name) => ({ name, mark: null })) ?? null,
    );
  const long = 'x'.repeat(80);
  expect(ask('one__a', ['a']).tool).toBe('a');
  expect(ask('one__a', null).tool).toBe('a');
  expect(ask('one__a', ['one__a']).tool).toBe('one__a');
  expect(ask(`one__${long}`, [long]).tool).toBe(long);
  expect(ask('z', ['a']).words).toContain('does not list "z"');
  expect(ask(null, ['a'])).toMatchObject({ allowed: true, tool: null, steps: { length: 3 } });
});

test('for unknown tools, the tools named in policies decide whether some are denied', () => {
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

test('a cell reports what the server may not request from that client', () => {
  const text = registryText({
    pinned: [],
    servers: { one: {}, two: {} },
    clients: { codex: { allow_servers: ['one'], tool_policy: {} } },
  }).replace(/^( *)one:\n/m, '$1one:\n$1  client_requests: {sampling: deny}\n');
  const { clients } = effectiveAccess(registryFrom(text), () => null, placesIn(text));
  expect(clients[0]?.cells.map(({ denied_requests }) => denied_requests)).toEqual([['sampling'], []]);
});
