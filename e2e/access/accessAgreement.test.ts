import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccessAnswer, WhyAnswer } from '../../gateway/src/api/access.ts';
import type { ApplyAnswer, ClientImpact, PreviewAnswer } from '../../gateway/src/api/registry.ts';
import { TestGateway } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { callerNamed, rpc, toolNames, type Caller } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

/** What the gateway says of access, compared with what it does with a call, over random registries and approvals. */

const serverIds = ['one', 'two'] as const;
const ada = callerNamed('ada');
const clients: readonly Caller[] = [
  ada,
  { id: 'bob', token: 'token-of-bob-0123456789' },
  { id: 'cyd', token: 'token-of-cyd-0123456789' },
];
const names = ['a', 'b', 'c'] as const;

const policies = fc.record({
  mode: fc.constantFrom('allow_all', 'deny_all', 'allow_list'),
  allow_tools: fc.subarray([...names]),
  deny_tools: fc.subarray([...names]),
});
const restrictions = fc.option(policies, { freq: 2 });
/** Of each tool the description that its server lists; null where it does not list the tool. */
const offers = fc.record({ a: version(), b: version(), c: version() });
function version(): fc.Arbitrary<string | null> {
  return fc.constantFrom('first', 'first', 'second', null);
}
const access = fc.record({
  servers: fc.record({ one: serverOf(), two: serverOf() }),
  clients: fc.record({ ada: clientOf(), bob: clientOf(), cyd: clientOf() }),
});
function serverOf(): fc.Arbitrary<object> {
  return fc.record({ pin_tools: fc.boolean(), tool_policy: policies });
}
function clientOf(): fc.Arbitrary<object> {
  return fc.record({
    allow_servers: fc.subarray([...serverIds], { minLength: 0 }),
    tool_policy: fc.record({ one: restrictions, two: restrictions }),
  });
}
const openToAll = {
  servers: { one: { pin_tools: false, tool_policy: null }, two: { pin_tools: false, tool_policy: null } },
  clients: Object.fromEntries(clients.map(({ id }) => [id, { allow_servers: serverIds, tool_policy: null }])),
};

type Offers = Readonly<Record<(typeof names)[number], string | null>>;
type AllOffers = Readonly<Record<(typeof serverIds)[number], Offers>>;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  const server = (id: string): object => fixture('changing-server.ts', toolsFile(id));
  for (const id of serverIds) writeTools(id, { a: 'first', b: 'first', c: null });
  await gateway.writeRegistry({
    lmcp: { management_token: managementToken },
    clients: Object.fromEntries(clients.map(({ id, token }) => [id, { token, allow_servers: serverIds }])),
    servers: { one: server('one'), two: server('two') },
  });
  await gateway.run();
  for (const id of serverIds) await toolNames(gateway, ada, `/mcp/${id}`);
});
afterAll(() => gateway[Symbol.asyncDispose]());

function toolsFile(serverId: string): string {
  return join(gateway.folder, `${serverId}.json`);
}

function writeTools(serverId: string, offered: Offers): void {
  const tools = names.flatMap((name) =>
    offered[name] === null ? [] : [{ name, description: offered[name], inputSchema: { type: 'object' } }],
  );
  writeFileSync(toolsFile(serverId), JSON.stringify(tools));
}

async function ask<T>(path: string, body?: unknown): Promise<T> {
  return (await manage<T>(gateway, managementToken, path, body === undefined ? {} : { body })).body;
}

/** @param request as in "ada one a" */
function why(request: string): Promise<WhyAnswer> {
  const [client = '', server = '', tool = ''] = request.split(' ');
  return ask(`/management/why?client=${client}&server=${server}&tool=${tool}`);
}

async function apply(patch: object): Promise<void> {
  expect(await ask<ApplyAnswer>('/registry/apply', { patch })).toMatchObject({ ok: true, applied: true });
}

/** The servers list these tools from now on, and the gateway knows it. */
async function offer(offered: AllOffers): Promise<void> {
  await apply(openToAll);
  for (const id of serverIds) {
    writeTools(id, offered[id]);
    expect(await ask(`/management/servers/${id}/restart`, {})).toMatchObject({ ok: true });
    const listed = names.filter((name) => offered[id][name] !== null);
    expect(await toolNames(gateway, ada, `/mcp/${id}`)).toEqual(listed);
  }
}

/** What each call is told, by client, server and tool: `ok`, or the reason for which it is denied. */
async function outcomes(): Promise<Map<string, string>> {
  const asked = clients.flatMap((client) =>
    serverIds.flatMap((server) => [...names, 'unlisted'].map((tool) => ({ client, server, tool }))),
  );
  const told = asked.map(async ({ client, server, tool }): Promise<[string, string]> => {
    const { body } = await rpc(
      gateway,
      client,
      'tools/call',
      { name: tool, arguments: {} },
      { path: `/mcp/${server}` },
    );
    const { code, data } = body.error ?? {};
    const reason = code === -32003 ? 'server_not_allowed' : data?.['reason'];
    return [`${client.id} ${server} ${tool}`, body.error === undefined ? 'ok' : String(reason)];
  });
  return new Map(await Promise.all(told));
}

async function expectAgreement(calls: ReadonlyMap<string, string>, offered: AllOffers): Promise<void> {
  await Promise.all([expectSameOfWhy(calls), expectSameOfMatrix(calls), expectSameOfLists(calls, offered)]);
}

function expectSameOfImpact(
  impact: readonly ClientImpact[],
  { before, after }: Readonly<Record<'before' | 'after', ReadonlyMap<string, string>>>,
  offered: AllOffers,
): void {
  const listed = (requests: readonly string[]): string[] =>
    requests.filter((request) => {
      const [, server = '', tool = ''] = request.split(' ');
      return isListed(offered, server, tool);
    });
  expect(requestsIn(impact, 'gained').sort()).toEqual(listed(allowedOnlyIn(after, before)).sort());
  expect(requestsIn(impact, 'lost').sort()).toEqual(listed(allowedOnlyIn(before, after)).sort());
}

function isListed(offered: AllOffers, serverId: string, tool: string): boolean {
  return Object.entries(offered).some(
    ([id, tools]) =>
      id === serverId && Object.entries(tools).some(([name, text]) => name === tool && text !== null),
  );
}

async function expectSameOfWhy(calls: ReadonlyMap<string, string>): Promise<void> {
  const answers = [...calls.keys()].map(async (request) => {
    const { allowed, reason } = await why(request);
    return [request, allowed, reason];
  });
  const expected = [...calls].map(([request, reason]) => [request, reason === 'ok', reason]);
  expect(await Promise.all(answers)).toEqual(expected);
}

async function expectSameOfMatrix(calls: ReadonlyMap<string, string>): Promise<void> {
  const matrix = await ask<AccessAnswer>('/management/access');
  for (const { client_id: client, cells } of matrix.clients)
    for (const [at, { server_id: server, tools }] of matrix.servers.entries())
      for (const [column, { tool }] of tools.entries()) {
        const rule = matrix.rules[cells[at]?.tools[column] ?? -1];
        expect([client, server, tool, rule?.reason]).toEqual([
          client,
          server,
          tool,
          calls.get(`${client} ${server} ${tool}`),
        ]);
      }
}

async function expectSameOfLists(calls: ReadonlyMap<string, string>, offered: AllOffers): Promise<void> {
  for (const client of clients) {
    const usable = serverIds.flatMap((server) =>
      names
        .filter(
          (name) => isListed(offered, server, name) && calls.get(`${client.id} ${server} ${name}`) === 'ok',
        )
        .map((name) => `${server}__${name}`),
    );
    expect([client.id, (await toolNames(gateway, client)).sort()]).toEqual([client.id, usable.sort()]);
  }
}

function allowedOnlyIn(from: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  return [...from].flatMap(([request, reason]) =>
    reason === 'ok' && other.get(request) !== 'ok' ? [request] : [],
  );
}

function requestsIn(impact: readonly ClientImpact[], list: 'gained' | 'lost'): string[] {
  return impact.flatMap(({ client_id: client, [list]: tools }) =>
    tools.map(({ server_id: server, tool }) => `${client} ${server} ${tool}`),
  );
}

test('why, the matrix, the lists and the impact preview agree with calls', async () => {
  const registries = fc.array(access, { minLength: 4, maxLength: 4 });
  const runs = fc.record({ offered: fc.record({ one: offers, two: offers }), registries });
  await fc.assert(
    fc.asyncProperty(runs, async ({ offered, registries: [first = {}, ...others] }) => {
      await offer(offered);
      await apply(first);
      let before = await outcomes();
      await expectAgreement(before, offered);
      for (const next of others) {
        const { impact } = await ask<PreviewAnswer>('/management/preview', { patch: next });
        await apply(next);
        const after = await outcomes();
        expectSameOfImpact(impact, { before, after }, offered);
        await expectAgreement(after, offered);
        before = after;
      }
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

test('an unlisted tool is undecided until the server was asked, and denied by why as by the call then', async () => {
  await using fresh = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { ada: { token: ada.token, allow_servers: ['one'] } },
    servers: { one: fixture('plain-server.ts') },
  });
  const told = async (tool: string): Promise<unknown[]> => {
    const { body } = await manage<WhyAnswer>(
      fresh,
      managementToken,
      `/management/why?client=ada&server=one&tool=${tool}`,
    );
    const { code, stdout } = await fresh.cli('why', 'ada', 'one', tool);
    return [body.allowed, body.reason, code, stdout.slice(0, stdout.indexOf(':'))];
  };
  expect(await told('no_such_tool')).toEqual([null, null, 1, 'not decided']);
  const { body } = await rpc(fresh, ada, 'tools/call', { name: 'no_such_tool' }, { path: '/mcp/one' });
  expect(body.error?.data).toMatchObject({ reason: 'tool_not_listed' });
  expect(await told('no_such_tool')).toEqual([false, 'tool_not_listed', 1, 'denied']);
  expect(await told('echo')).toEqual([true, 'ok', 0, 'allowed']);
});

test('each way to allow a denied call opens it to the clients it names, and changes no other call', async () => {
  const runs = fc.record({ registry: access, at: fc.nat() });
  await fc.assert(
    fc.asyncProperty(runs, async ({ registry, at }) => {
      await apply(registry);
      const before = await outcomes();
      const denied = [...before].filter(([, reason]) => reason !== 'ok').map(([request]) => request);
      const request = denied[at % denied.length];
      if (request === undefined) return;
      const [, server, tool] = request.split(' ');
      const { allow } = await why(request);
      for (const { gainers, patch } of allow) {
        await apply(registry);
        await apply(patch);
        const after = await outcomes();
        const opened = [...after].filter(
          ([request, reason]) =>
            before.get(request) !== reason && ['ok', 'tool_not_approved', 'tool_not_listed'].includes(reason),
        );
        expect(opened.map(([each]) => each)).toEqual(gainers.map((id) => `${id} ${server} ${tool}`));
        expect(allowedOnlyIn(before, after)).toEqual([]);
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
});
