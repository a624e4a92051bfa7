import { describe, expect, it } from 'vitest';
import { plannedDenials } from './plan.ts';
import { registryFileOf } from '../testing/registryFile.ts';

const { registry } = registryFileOf(`
clients:
  a: { token: "token-number-one-0001", allow_servers: [open, listed, denying] }
  b: { token: "token-number-two-0002", allow_servers: [open], tool_policy: { open: { mode: deny_all } } }
servers:
  open: { transport: http, url: "http://127.0.0.1:9/mcp" }
  listed: { transport: http, url: "http://127.0.0.1:9/mcp", tool_policy: { mode: allow_list, allow_tools: [x] } }
  denying: { transport: http, url: "http://127.0.0.1:9/mcp", tool_policy: { mode: allow_all, deny_tools: [rm] } }
`);

describe('plannedDenials', () => {
  it('finds for every client a closed server, and on every open one a tool that is denied', () => {
    const plan = plannedDenials(registry).map(({ clientId, serverId, tool, expect: kind }) =>
      [clientId, serverId, kind === 'tool_denied' ? tool : kind].join(' '),
    );
    expect(plan).toEqual([
      'a lmcp-self-test-no-such-server server_not_allowed',
      'a listed lmcp_self_test_no_such_tool',
      'a denying rm',
      'b listed server_not_allowed',
      'b open lmcp_self_test_no_such_tool',
    ]);
  });
});
