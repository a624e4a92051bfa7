interface ErrorEntry {
  /** The usual HTTP status first. */
  readonly statuses: readonly [number, ...number[]];
  readonly description: string;
}

/** Every `error` of an answer outside `/mcp`: a closed list. */
export const apiErrors = {
  malformed_request: {
    statuses: [400, 408, 415, 431],
    description:
      'The request is not valid HTTP or JSON, or the body does not match the schema. 408: too slow; 415: not `application/json` in UTF-8; 431: headers over 16 KiB.',
  },
  invalid_limit: {
    statuses: [400],
    description: '`limit` of `/status` is not a whole number from 0 to 500.',
  },
  invalid_event_type: { statuses: [400], description: '`event_type` of `/events` is not an audit event.' },
  invalid_server_id: { statuses: [400], description: '`/server-check` needs exactly one `server_id`.' },
  invalid_query: {
    statuses: [400],
    description: 'A query parameter is unknown, missing, given twice or invalid.',
  },
  invalid_cursor: {
    statuses: [400],
    description: 'The cursor does not belong to these filters and this log. Start with the first page.',
  },
  invalid_patch: {
    statuses: [400],
    description: 'The body is not `{"patch": {…}}`, or the registry would be invalid with it (`errors`).',
  },
  invalid_import: {
    statuses: [400],
    description: 'The configuration cannot be read, or names no MCP server.',
  },
  invalid_authorization_request: {
    statuses: [400],
    description: 'What an application asked for by `/ui/authorize` is not a valid authorization request.',
  },
  unauthorized: {
    statuses: [401],
    description: 'The client credentials are missing, wrong or contradictory.',
  },
  management_disabled: { statuses: [403], description: 'No management token is configured.' },
  management_unauthorized: { statuses: [403], description: 'The management token is missing or wrong.' },
  management_scope: {
    statuses: [403],
    description: 'Outside what the management token may do (`lmcp.management_scope`).',
  },
  socket_required: {
    statuses: [403],
    description: 'Only a command of the gateway’s user can ask for this, through the Unix socket.',
  },
  browser_sign_in_disabled: {
    statuses: [403],
    description: '`lmcp.browser_sign_in` is false.',
  },
  sign_in_rejected: {
    statuses: [403],
    description: 'The sign-in link was used before, has expired, or is not of this gateway and its user.',
  },
  host_not_allowed: {
    statuses: [403],
    description: '`Host` is neither this gateway nor in `lmcp.allowed_hosts`.',
  },
  origin_not_allowed: {
    statuses: [403],
    description:
      '`Origin` is neither this gateway nor in `lmcp.allowed_origins`, or a browser marks the request as coming from another site.',
  },
  server_not_allowed: {
    statuses: [403],
    description: 'The client is not allowed to use the server, or the server does not exist.',
  },
  not_found: { statuses: [404], description: 'No such path.' },
  unknown_application: { statuses: [404], description: 'LMCP knows no such application.' },
  unknown_client: { statuses: [404], description: 'The registry has no such client.' },
  unknown_authorization: { statuses: [404], description: 'There is no such authorization.' },
  unknown_server: { statuses: [404], description: 'The registry has no such server.' },
  unknown_tool: { statuses: [404], description: 'The server offers no such tool.' },
  unknown_sign_in: { statuses: [404], description: 'No such sign-in was begun.' },
  unknown_secret: { statuses: [404], description: '`secrets.yaml` has no such secret.' },
  unknown_history_entry: { statuses: [404], description: 'The history has no such entry.' },
  method_not_allowed: { statuses: [405], description: 'The path exists; `Allow` lists its methods.' },
  oauth_disabled: { statuses: [409], description: '`lmcp.oauth` is not true, or names an issuer.' },
  client_exists: { statuses: [409], description: 'The registry already has a client with this id.' },
  invalid_registry: {
    statuses: [409],
    description: 'The registry file on disk is invalid. Fix it first; `errors` says where.',
  },
  invalid_secrets: { statuses: [409], description: '`secrets.yaml` on disk is invalid. Fix it first.' },
  not_connectable: {
    statuses: [409],
    description:
      'The file of an application on this machine cannot be written, or was changed since it was looked at; `message` says why and what to do.',
  },
  definition_changed: {
    statuses: [409],
    description:
      'The request does not name the present definition of a tool; `digests` has it. Look at the tool again.',
  },
  secret_required: {
    statuses: [409],
    description:
      'The change would take a secret of a server to another target, change the environment, mounts or network beside one, or give a server a variable of the environment or another secret. Enter it again, or edit the file.',
  },
  sign_in_failed: {
    statuses: [409],
    description: 'LMCP could not sign in to, or out of, a server; `message` says why and what to do.',
  },
  apply_in_progress: { statuses: [409], description: 'Another change of the registry is being written.' },
  verify_in_progress: { statuses: [409], description: 'The audit log is already being verified.' },
  revision_mismatch: {
    statuses: [412],
    description: '`If-Match` names another revision than the active one (`revision`).',
  },
  request_too_large: { statuses: [413], description: 'The body is larger than `lmcp.max_body_mib`.' },
  rate_limited: { statuses: [429], description: 'Too many requests; `Retry-After` says when to retry.' },
  internal_error: {
    statuses: [500],
    description:
      'The gateway failed; its own log says more. For a change of the registry: nothing has changed, and `message` says why.',
  },
  upstream_failed: {
    statuses: [502],
    description: 'A server could not be started, stopped or asked; `message` says why.',
  },
  audit_unavailable: {
    statuses: [503],
    description: 'The audit log cannot be written, so nothing is changed or called.',
  },
  overloaded: {
    statuses: [503],
    description: 'The memory for request bodies, or every place that the client may take, is used up.',
  },
  issuer_unreachable: {
    statuses: [503],
    description:
      'The keys of `lmcp.oauth.issuer` cannot be had, so that its access tokens cannot be checked.',
  },
  too_many_subscribers: { statuses: [503], description: 'All places for streams are taken.' },
  shutting_down: { statuses: [503], description: 'The gateway is shutting down.' },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ApiErrorCode = keyof typeof apiErrors;

/** The HTTP statuses that an error may have. */
export type StatusOf<Code extends ApiErrorCode> = (typeof apiErrors)[Code]['statuses'][number];
