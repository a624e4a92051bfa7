import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ToolDefinition } from '../catalog/tools.ts';
import type { Client, Server, ToolPolicy } from '../registry/types.ts';
import { decideServer, decideTool } from './decide.ts';

const names = fc.constantFrom('read', 'write', 'delete', '__proto__', 'constructor', 'ｒead');
const policies: fc.Arbitrary<ToolPolicy> = fc.record({
  mode: fc.constantFrom('allow_all', 'deny_all', 'allow_list'),
  allowTools: fc.array(names).map((list) => new Set(list)),
  denyTools: fc.array(names).map((list) => new Set(list)),
});

function server(toolPolicy: ToolPolicy): Server {
  return { id: 'files', enabled: true, toolPolicy } as unknown as Server;
}

function client(allowServers: string[], policy?: ToolPolicy): Client {
  const toolPolicy = new Map(policy === undefined ? [] : [['files', policy]]);
  return {
    id: 'codex',
    tokens: [],
    socket: null,
    certificates: [],
    allowServers: new Set(allowServers),
    rateLimitRpm: null,
    toolPolicy,
    tools: { mode: 'all', max: 100, always: [], descriptions: 'full' },
    clientRequests: new Map(),
  };
}

/** The policy as the documentation words it. */
function allows(policy: ToolPolicy, tool: string): boolean {
  if (policy.denyTools.has(tool)) return false;
  return policy.mode === 'allow_all' || (policy.mode === 'allow_list' && policy.allowTools.has(tool));
}

test('a tool may be used when the server allows it and no restriction of the client denies it', () => {
  fc.assert(
    fc.property(policies, fc.option(policies, { nil: undefined }), names, (own, restricted, tool) => {
      const decision = decideTool(client(['files'], restricted), server(own), tool, 'listed');
      expect(decision.allowed).toBe(
        allows(own, tool) && (restricted === undefined || allows(restricted, tool)),
      );
      expect(decision.reason === 'ok').toBe(decision.allowed);
    }),
  );
});

test('a client policy never widens what the server allows', () => {
  fc.assert(
    fc.property(policies, policies, names, (own, restricted, tool) => {
      fc.pre(!decideTool(client(['files']), server(own), tool, 'listed').allowed);
      expect(decideTool(client(['files'], restricted), server(own), tool, 'listed').allowed).toBe(false);
    }),
  );
});

test('the rule that decided is named', () => {
  const policy: ToolPolicy = {
    mode: 'allow_list',
    allowTools: new Set(['read']),
    denyTools: new Set(['delete']),
  };
  const rule = (tool: string): string => decideTool(client(['files']), server(policy), tool, 'listed').rule;
  expect(rule('read')).toBe('servers.files.tool_policy.allow_tools');
  expect(rule('delete')).toBe('servers.files.tool_policy.deny_tools');
  const closed: ToolPolicy = { mode: 'deny_all', allowTools: new Set(), denyTools: new Set() };
  const open: ToolPolicy = { ...closed, mode: 'allow_all' };
  expect(decideTool(client(['files'], closed), server(open), 'read', 'listed')).toEqual({
    allowed: false,
    reason: 'client_tool_policy_deny_all',
    rule: 'clients.codex.tool_policy.files.mode',
    check: 'client_policy',
  });
});

test('only a granted and registered server is reached', () => {
  const files = server({ mode: 'allow_all', allowTools: new Set(), denyTools: new Set() });
  expect(decideServer(client(['files']), 'files', files)).toMatchObject({ allowed: true, reason: 'ok' });
  expect(decideServer(client([]), 'files', files)).toMatchObject({
    allowed: false,
    reason: 'server_not_allowed',
  });
  expect(decideServer(client([]), '__proto__', undefined)).toMatchObject({ reason: 'server_not_allowed' });
  expect(decideServer(client(['gone']), 'gone', undefined)).toMatchObject({
    allowed: false,
    reason: 'unknown_server',
  });
});

test('a disabled server is denied to the clients that are granted it, and others learn nothing of it', () => {
  const open: ToolPolicy = { mode: 'allow_all', allowTools: new Set(), denyTools: new Set() };
  const disabled = { ...server(open), enabled: false } as Server;
  expect(decideServer(client(['files']), 'files', disabled)).toMatchObject({
    allowed: false,
    reason: 'server_disabled',
    rule: 'servers.files.enabled',
  });
  expect(decideServer(client([]), 'files', disabled).reason).toBe('server_not_allowed');
});

test('a tool that the server does not list is denied after both policies, unless unlisted_tools allows it', () => {
  const open: ToolPolicy = { mode: 'allow_all', allowTools: new Set(), denyTools: new Set(['delete']) };
  const decide = (tool: string, changes: Partial<Server> = {}) =>
    decideTool(client(['files']), { ...server(open), ...changes } as Server, tool, 'unlisted');
  expect(decide('read')).toEqual({
    allowed: false,
    reason: 'tool_not_listed',
    rule: 'servers.files.unlisted_tools',
    check: 'listing',
  });
  expect(decide('delete').reason).toBe('tool_denied');
  expect(decide('read', { unlistedTools: 'allow' }).allowed).toBe(true);
  expect(decide('read', { unlistedTools: 'allow', pinTools: true }).reason).toBe('tool_not_approved');
});

test('what a server lists decides nothing before it is known, except where unlisted tools are allowed', () => {
  const open: ToolPolicy = { mode: 'allow_all', allowTools: new Set(), denyTools: new Set(['delete']) };
  const decide = (tool: string, changes: Partial<Server> = {}) =>
    decideTool(client(['files']), { ...server(open), ...changes } as Server, tool, 'unknown');
  expect(decide('read')).toMatchObject({ allowed: null, reason: null, check: 'listing' });
  expect(decide('delete').reason).toBe('tool_denied');
  expect(decide('read', { unlistedTools: 'allow' }).allowed).toBe(true);
});

test('with pin_tools only a tool whose definition is approved is allowed, after both policies', () => {
  const open: ToolPolicy = { mode: 'allow_all', allowTools: new Set(), denyTools: new Set(['delete']) };
  const pinned = { ...server(open), pinTools: true } as Server;
  const decide = (tool: string, definition: ToolDefinition) =>
    decideTool(client(['files']), pinned, tool, definition);
  expect(decide('read', 'approved')).toMatchObject({
    allowed: true,
    rule: 'servers.files.tool_policy.mode',
  });
  for (const definition of ['new', 'changed'] as const) {
    expect(decide('read', definition)).toEqual({
      allowed: false,
      reason: 'tool_not_approved',
      rule: 'servers.files.pin_tools',
      check: 'pinning',
    });
    expect(decide('delete', definition).reason).toBe('tool_denied');
  }
  expect(decide('read', 'unknown')).toMatchObject({ allowed: null, reason: null });
  expect(decideTool(client(['files']), server(open), 'read', 'changed').allowed).toBe(true);
});
