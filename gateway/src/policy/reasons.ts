import { checks } from './checks.ts';
import { clientRequestReasons } from './clientRequests.ts';

type MeaningsOf<C> = C extends { readonly reasons: infer R } ? keyof R : never;
/** Why a check denies. */
type CheckReason = MeaningsOf<(typeof checks)[number]>;

/** Decisions outside the checks of a call. */
const otherMeanings = {
  probe_limit_exceeded: '/auth-check and /server-check together were asked too often',
  unknown_tool: 'no server offers such a tool',
  prompt_not_listed: 'the server does not list the prompt under exactly this name',
  resource_not_listed:
    'the server does not list the resource, no template that it lists matches its URI, and it did not give it to the client',
  management_disabled: 'the registry has no management token',
  management_unauthorized: 'the management token is wrong',
  management_scope: 'outside what the management token may do (lmcp.management_scope)',
  socket_required: 'a sign-in link was asked for over the network, not through the Unix socket',
  browser_sign_in_disabled: 'lmcp.browser_sign_in is false',
  sign_in_rejected:
    'a sign-in link was used before, has expired, is unknown, or was opened by another user of the machine',
  unknown_subject:
    'an access token of lmcp.oauth.issuer is good, and no client of the registry belongs to its holder; detail.subject has its `sub`',
  issuer_unreachable:
    'the keys of lmcp.oauth.issuer could not be had, so that no access token of it can be checked; detail.why says what failed',
  authorization_denied: 'the administrator did not let an application act as a client',
  invalid_grant:
    'an application presented a code or refresh token that is unknown, has expired, or is not its own',
  token_reused:
    'a code or refresh token was presented a second time: somebody else may have it, so the authorization has ended',
  registration_limit_exceeded: 'more applications registered than 30 a minute',
  server_sign_in_rejected:
    'a sign-in to a server did not succeed, has ended, or its redirect belongs to none that was begun',
  secret_required:
    'a change would take a secret of a server to another target, change the environment, mounts or network beside one, or give a server a variable of the environment',
  host_not_allowed: 'the Host header names another host: DNS rebinding',
  origin_not_allowed: 'the Origin header names another web page',
  client_certificate_rejected:
    'a connection by TLS showed no client certificate, or one of another authority (lmcp.tls.client_ca_file)',
  too_many_connections: 'one remote address has lmcp.max_connections_per_address connections already',
  overloaded:
    'the memory for what is held for callers is used up; detail.budget names the part: client, lists, strangers, management or whole (lmcp.memory_mib)',
  request_too_large: 'the body is larger than lmcp.max_body_mib',
  malformed_request: 'the request is not valid HTTP, JSON or JSON-RPC',
  egress_not_allowed: "the place is not among the server's egress entries",
  egress_private_address:
    'the name is among them, and leads to an address outside the public internet that is not',
  egress_no_credentials: 'the request has not the credentials that HTTP_PROXY holds',
  egress_malformed: 'it is not a valid request of a proxy',
  egress_too_many_connections: 'the proxy has 512 connections already',
  too_many_subscribers: '/events has 50 listeners already',
  registry_invalid: 'a change of the registry does not validate',
  registry_conflict: 'the registry had changed in the meantime',
  apply_in_progress: 'another change was being applied',
  registry_unwritable:
    'a change that had been logged did not happen: the registry or its history cannot be written',
} as const;

/** Why a decision fell as it did: the closed list behind `reason` in the audit log. */
export type Reason = 'ok' | CheckReason | keyof typeof clientRequestReasons | keyof typeof otherMeanings;

/** What each reason means, as docs/audit.md and the web interface say it: those of the checks first, in the order of a call. */
export const reasonMeanings = Object.assign(
  { ok: 'allowed' },
  ...checks.map(({ reasons }) => reasons),
  clientRequestReasons,
  otherMeanings,
) as Readonly<Record<Reason, string>>;
