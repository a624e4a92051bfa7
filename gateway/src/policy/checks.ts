import { quoted } from '../registry/yaml/problem.ts';
import { decidePinning } from './pinning.ts';
import { check, type Granted, type Subject, type Undecided } from './check.ts';
import { decideGrant } from './grant.ts';
import { decideListing } from './listing.ts';
import { decideRestriction, decideServerPolicy } from './toolPolicy.ts';

/**
 * Every check of a call, in the order of a call. A new check is one more entry; `checks.test.ts` says what its documentation
 * lacks.
 */
export const checks = [
  check({
    id: 'client',
    label: 'Authentication',
    stage: 'arrival',
    decider: 'client',
    reasons: {
      missing_token: 'no credential was sent',
      unknown_client: 'the registry has no such client',
      invalid_token: "the token is not that client's",
      conflicting_credentials: 'one request carried two credentials that differ',
    },
    // The credentials of a request are checked by clients/authenticate.ts.
    decide: ({ clientId, client }) =>
      client === undefined
        ? { allowed: false, reason: 'unknown_client', rule: `clients.${clientId}` }
        : undefined,
    denied: ({ clientId }) => `there is no client ${quoted(clientId)} in the registry`,
    passed: ({ clientId }) => `client ${quoted(clientId)} is in the registry`,
    paths: ({ clientId }) => [['clients', clientId]],
    denial: null,
  }),
  check({
    id: 'rate_limit',
    label: 'Rate limit',
    stage: 'arrival',
    decider: 'client',
    reasons: { rate_limit_exceeded: "the client's rate_limit_rpm is used up" },
    // Requests are counted by limits/; a question about a call is not one.
    decide: () => undefined,
    denied: ({ clientId }) => `client ${quoted(clientId)} has used up its rate limit`,
    passed: ({ clientId, client }) =>
      client?.rateLimitRpm === null
        ? `client ${quoted(clientId)} has no rate limit`
        : `client ${quoted(clientId)} may send ${client?.rateLimitRpm ?? 0} requests a minute`,
    paths: ({ clientId }) => [
      ['clients', clientId, 'rate_limit_rpm'],
      ['lmcp', 'rate_limit_rpm'],
    ],
    denial: null,
  }),
  check({
    id: 'server',
    label: 'Server access',
    stage: 'server',
    decider: { server_not_allowed: 'client', unknown_server: 'client', server_disabled: 'server' },
    reasons: {
      server_not_allowed: "the server is not in the client's allow_servers",
      unknown_server: 'the registry has no such server (the client gets server_not_allowed)',
      server_disabled: 'the client is granted the server, but the server is disabled',
    },
    decide: decideGrant,
    denied: ({ clientId, serverId }, reason) => {
      if (reason === 'unknown_server') return `there is no server ${quoted(serverId)} in the registry`;
      return reason === 'server_disabled'
        ? `server ${quoted(serverId)} is disabled`
        : `client ${quoted(clientId)} is not granted server ${quoted(serverId)}`;
    },
    passed: ({ clientId, serverId }) => `client ${quoted(clientId)} is granted server ${quoted(serverId)}`,
    paths: ({ clientId }) => [['clients', clientId, 'allow_servers']],
    // The same for servers that are not granted and that do not exist: a client must not learn which servers exist.
    denial: ({ serverId }, reason) =>
      reason === 'server_disabled'
        ? `Server ${quoted(serverId)} is disabled. Ask the administrator to enable it.`
        : `Access to server ${quoted(serverId)} denied: it is not granted to this client. ` +
          'Ask the administrator to add it to allow_servers.',
  }),
  check({
    id: 'server_policy',
    label: "Server's tool policy",
    stage: 'tool',
    decider: 'server',
    reasons: {
      tool_denied: "the server's deny_tools names the tool",
      tool_policy_deny_all: "the server's policy is deny_all",
      tool_not_in_allow_list: "the server's policy is allow_list and does not name the tool",
    },
    decide: decideServerPolicy,
    denied: (subject, reason) => `${serverPolicy(subject)} ${denial(subject, reason)}`,
    passed: (subject, outcome) => `${serverPolicy(subject)} ${permission(subject, outcome)}`,
    paths: ({ serverId }) => [['servers', serverId, 'tool_policy']],
    denial: policyDenial,
  }),
  check({
    id: 'client_policy',
    label: "Client's tool policy",
    stage: 'tool',
    decider: 'client',
    reasons: {
      client_tool_denied: "the client's deny_tools for the server names the tool",
      client_tool_policy_deny_all: "the client's policy for the server is deny_all",
      client_tool_not_in_allow_list:
        "the client's policy for the server is allow_list and does not name the tool",
    },
    decide: decideRestriction,
    denied: (subject, reason) => `${clientPolicy(subject)} ${denial(subject, reason)}`,
    passed: (subject, outcome) =>
      outcome === undefined
        ? `client ${quoted(subject.clientId)} has no policy of its own for server ${quoted(subject.serverId)}`
        : `${clientPolicy(subject)} ${permission(subject, outcome)}`,
    paths: ({ clientId, serverId }) => [['clients', clientId, 'tool_policy', serverId]],
    denial: policyDenial,
  }),
  check({
    id: 'listing',
    label: "Server's list of tools",
    stage: 'tool',
    decider: 'server',
    reasons: { tool_not_listed: 'the server does not list the tool under exactly this name' },
    // With pinning the last: to learn the list, a call may have to start the server.
    decide: ({ server, definition }) => server && decideListing(server, definition),
    denied: (subject) => `server ${quoted(subject.serverId)} does not list ${nameOf(subject)}`,
    passed: (subject) => {
      const server = `server ${quoted(subject.serverId)}`;
      if (subject.server?.unlistedTools === 'allow') return `${server} allows tools that it does not list`;
      return subject.definition === 'unknown'
        ? `the tools of ${server} are not known yet: a call asks the server first`
        : `${server} lists ${nameOf(subject)}`;
    },
    paths: ({ serverId }) => [['servers', serverId, 'unlisted_tools']],
    denial: ({ serverId, tool }) =>
      `Server ${quoted(serverId)} does not list a tool named ${quoted(tool ?? '')}. ` +
      'List its tools (tools/list) and use the exact name.',
  }),
  check({
    id: 'pinning',
    label: 'Tool approval',
    stage: 'tool',
    decider: 'approval',
    reasons: {
      tool_not_approved:
        'the server has pin_tools, and the tool is new or has changed since its definition was approved',
    },
    // The last one: to learn the definition, a call may have to start the server.
    decide: ({ server, definition }) => server && decidePinning(server, definition),
    denied: (subject) => `server ${quoted(subject.serverId)} has pin_tools, and ${unapproved(subject)}`,
    passed: (subject, outcome) => {
      const server = `server ${quoted(subject.serverId)}`;
      if (outcome?.allowed === null)
        return `${server} has pin_tools, and its tools are not known yet: a call asks the server first`;
      return subject.server?.pinTools === true
        ? `${nameOf(subject)} is approved as ${server} describes it`
        : `${server} does not require approval of its tools`;
    },
    paths: ({ serverId }) => [['servers', serverId, 'pin_tools']],
    denial: ({ tool }) =>
      `Tool ${quoted(tool ?? '')} requires approval: its definition is new or has changed. ` +
      'Ask the administrator to approve it.',
  }),
] as const;

function nameOf({ tool }: Subject): string {
  return tool === null || tool === '' ? 'this tool' : quoted(tool);
}

function serverPolicy({ serverId }: Subject): string {
  return `the policy of server ${quoted(serverId)}`;
}

function clientPolicy({ clientId, serverId }: Subject): string {
  return `the policy of client ${quoted(clientId)} for server ${quoted(serverId)}`;
}

function denial(subject: Subject, reason: string): string {
  if (reason.endsWith('_deny_all')) return 'denies every tool';
  return reason.endsWith('_not_in_allow_list')
    ? 'allows only the tools in its list'
    : `denies ${nameOf(subject)}`;
}

function permission(subject: Subject, outcome: Granted | Undecided | undefined): string {
  return outcome?.rule.endsWith('.allow_tools') === true
    ? `has ${nameOf(subject)} in its list`
    : 'allows every tool that it does not deny';
}

function unapproved(subject: Subject): string {
  switch (subject.definition) {
    case 'new':
      return `${nameOf(subject)} is new: it requires approval`;
    case 'changed':
      return `the definition of ${nameOf(subject)} has changed: it requires approval`;
    default:
      return `${nameOf(subject)} requires approval`;
  }
}

function policyDenial({ serverId, tool }: Subject, reason: string): string {
  return (
    `Tool ${quoted(tool ?? '')} of server ${quoted(serverId)} is denied by tool policy (${reason}). ` +
    'Ask the administrator to allow it.'
  );
}
