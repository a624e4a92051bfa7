/** When each event of the audit log is logged: a closed list, from which docs/audit.md is generated. */
export const eventMeanings = {
  client_auth: 'a client was authenticated or denied',
  management_auth:
    'a management token was presented, or was missing; with `sign_in`: `lmcp open` was given a sign-in link (`link`), a browser signed in by it (`session`) or signed out (`ended`); `session` names it here and where it was used',
  client_authorization:
    'an application signs in as a client (`app`, as it calls itself; `authorization` names it). `step`: it registered (`registered`), the administrator allowed or denied it (`approved`, `denied`), it exchanged its code or refresh token (`issued`, `renewed`), it ended (`revoked`)',
  server_auth: 'a client asked for a server',
  tool_authz:
    'a client asked for a tool, or (named in `detail`) for a resource, a prompt, a completion or a task. With `allowed: true` it is durable before anything is forwarded',
  rate_limited: 'a request exceeded a rate limit',
  client_notification:
    'a notification of a client (`method`) is about to reach a server: a cancelled call, changed roots',
  tool_result:
    'the outcome (`ok`, `error`, `input_required`, `timeout`, `cancelled`, `upstream_exited`, `too_large`), durable before it is answered',
  client_request:
    'a server asks a client for a completion, an answer of the person or its roots (`kind`, `mode`, `bytes`; of a URL its `host`; `asks_for_secret` where a form asks for a password, key or token, or is too long to be searched for them), durable before the client is asked',
  client_request_result:
    'what became of it: `outcome` is `accept`, `decline` or `cancel` of an elicitation, else `ok` or `error`; durable before the server is told',
  server_error: 'a server failed or violated the protocol',
  server_start: 'a server is about to be started',
  server_exit: 'a server has ended',
  server_sign_in:
    'LMCP signs in to a server (`step`): `begun` (a page was given to the person), `finished`, `failed`, `renewed` (its token), `lost` (the authorization server takes its refresh token no more), `ended` (signed out; `revoked` there). `issuer`, `scopes` and `error` are what the authorization server says; never a token or a code',
  egress_denied:
    'the egress proxy denied a connection: to a place (`host`, `port`) that the server’s `egress` does not name, or that a public name in it leads to; without credentials, malformed (both without a server where none is known), or above the number of connections',
  config_change: 'a registry became active, or an invalid one was rejected',
  http_rejected: 'a request was rejected before its credentials were read',
  tool_definition_changed:
    'a server offers a tool that the administrator has not acknowledged (`mark`: `new`), or describes one differently since (`changed` and the parts that differ)',
  audit_open:
    'the gateway started: `uncounted_s` where the run before did not end regularly and may have lost the counts of its last seconds; version, process, boot of the machine, `checkpoint_key` (the public key of its checkpoints), `revision` of the registry: where it is not the one of the run before, the file was edited while no gateway ran',
  audit_recovered:
    'what an earlier write or run left behind: `torn`, `left` or `may_have_run`, explained below',
  audit_blocked:
    'the log was changed by another program while the gateway was writing it, or its disk is full: `error` says what was found. No allowed request is forwarded until `audit_resumed`',
  audit_resumed:
    'the log is written again: `error` says why it was not, `blocked_ms` for how long, `refused_entries` how many lines were rejected',
  audit_checkpoint: 'a signed statement about all lines before it: `note`, see [Checkpoints](#checkpoints)',
  audit_rotate: 'first line of a new segment; `unfinished` lists the calls in progress',
  audit_close:
    'regular end; `unfinished` as above, `self` is the SHA-256 of the line up to the comma before it',
} as const;

export type AuditEvent = keyof typeof eventMeanings;

export const auditEvents = Object.keys(eventMeanings) as [AuditEvent, ...AuditEvent[]];
