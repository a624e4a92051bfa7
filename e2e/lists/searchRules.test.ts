import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atScale } from '../harness/atScale.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callTool, searchTools, toolNames, type Caller, type Reply } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const tools = [
  'look',
  'poke',
  'wipe',
  '__proto__',
  'a tool with a name that needs an alias on the path of all',
];
const annotations = [{ readOnlyHint: true }, {}, { destructiveHint: true }, {}, { readOnlyHint: true }];
const servers = ['one', 'two', 'three'] as const;

const policy = fc.record({
  mode: fc.constantFrom('allow_all', 'deny_all', 'allow_list'),
  allow_tools: fc.subarray(tools),
  deny_tools: fc.subarray(tools),
});
/** A client with policies of its own, of servers with theirs. */
const drawn = fc.record({
  granted: fc.subarray([...servers]),
  restrictions: fc.dictionary(fc.constantFrom(...servers), policy),
});
const policies = fc.tuple(...servers.map(() => policy));

const callers = (id: string): { readonly plain: Caller; readonly searching: Caller } => ({
  plain: { id, token: `token-of-${id}-0123456789` },
  searching: { id: `${id}-searching`, token: `token-of-${id}-searching-0123456789` },
});

/** What an answer says to the client that asked. */
const told = ({ body: { result, error } }: Reply): unknown => result ?? error;

function textOf({ body }: Reply): Record<string, unknown> {
  const content = body.result?.['content'] as { text: string }[];
  return JSON.parse(content[0]?.text ?? '') as Record<string, unknown>;
}

test.each([1, 2, 3])(
  'what is found, described and called through the search is what a client without it may use, seed %i',
  async (seed) => {
    const gateway = await TestGateway.prepare({});
    await using _ = gateway;
    const file = join(gateway.folder, 'tools.json');
    const inputSchema = { type: 'object' };
    const listed = tools.map((name, n) => ({ name, inputSchema, annotations: annotations[n] }));
    writeFileSync(file, JSON.stringify(listed));
    const [ofServers] = fc.sample(policies, { seed, numRuns: 1 });
    const ofClients = fc.sample(drawn, { seed, numRuns: atScale(2, 6) });
    const clients = ofClients.flatMap(({ granted, restrictions }, n) => {
      const { plain, searching } = callers(`client${n}`);
      const known = Object.entries(restrictions).filter(([id]) => granted.some((one) => one === id));
      const rights = { allow_servers: granted, tool_policy: Object.fromEntries(known) };
      return [
        [plain.id, { token: plain.token, ...rights }],
        [searching.id, { token: searching.token, ...rights, tools: 'search' }],
      ] as const;
    });
    await gateway.writeRegistry({
      clients: Object.fromEntries(clients),
      servers: Object.fromEntries(
        servers.map((id, n) => [id, { ...fixture('changing-server.ts', file), tool_policy: ofServers?.[n] }]),
      ),
    });
    await gateway.run();
    const ask = (who: Caller, name: string, args: object): Promise<Reply> =>
      callTool(gateway, who, name, args);
    const every = servers.flatMap((id) => tools.map((name) => `${id}__${name}`));
    for (const [n] of ofClients.entries()) {
      const { plain, searching } = callers(`client${n}`);
      const allowed = new Set(await toolNames(gateway, plain));
      const names = [...new Set([...allowed, ...every])];
      const found = new Set<string>();
      for (const name of [...names, 'tool', 'look poke wipe']) {
        const { tools: hits } = textOf(await ask(searching, 'find_tools', { queries: [name], limit: 20 }));
        for (const hit of hits as { name: string }[]) found.add(hit.name);
      }
      expect(found).toEqual(allowed);
      for (const name of names) {
        const described = textOf(await ask(searching, 'describe_tools', { names: [name] }));
        expect([name, described['not_found']]).toEqual([name, allowed.has(name) ? [] : [name]]);
        const direct = await ask(plain, name, {});
        if (allowed.has(name)) expect(direct.body.error).toBeUndefined();
        const through = [];
        for (const by of searchTools.slice(2))
          through.push(told(await ask(searching, by, { name, arguments: {} })));
        // One of the three takes what may be called; what may not answers alike by each.
        if (direct.body.error === undefined) expect(through).toContainEqual(told(direct));
        else expect(through).toEqual([told(direct), told(direct), told(direct)]);
      }
    }
  },
);
