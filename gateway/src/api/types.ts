import type { AuditLine } from '../audit/types.ts';
import type { CheckId } from '../policy/decide.ts';
import type { Reason } from '../policy/reasons.ts';
import type { ServerState } from '../upstream/types.ts';

/**
 * The JSON of the management API, as docs/management_api.md describes it route by route. The web interface
 * imports these types and nothing else of the gateway. Keys are snake_case; instants are milliseconds since the
 * Unix epoch where the key ends in `_at`, RFC 3339 where it is `ts`; durations end in their unit (`_ms`, `_s`).
 * An absent value is null, never a missing key, unless the key is marked optional.
 */

// ---------------------------------------------------------------------------------------------- errors

/** `error` of a refused request: a closed list. */
export type ApiErrorCode =
  | 'management_disabled'
  | 'management_unauthorized'
  | 'host_not_allowed'
  | 'origin_not_allowed'
  | 'malformed_request'
  | 'request_too_large'
  | 'too_many_subscribers'
  | 'not_found'
  | 'method_not_allowed'
  | 'invalid_limit'
  | 'invalid_query'
  | 'invalid_cursor'
  | 'invalid_patch'
  | 'unknown_client'
  | 'unknown_server'
  | 'unknown_tool'
  | 'unknown_history_entry'
  | 'client_exists'
  | 'invalid_registry'
  | 'revision_mismatch'
  | 'apply_in_progress'
  | 'verify_in_progress'
  | 'audit_unavailable'
  | 'upstream_failed'
  | 'internal_error';

/** Every answer that is not 2xx, outside `/mcp`. `message` says what happened and what to do, without secrets. */
export interface ApiFailure {
  readonly ok: false;
  readonly error: ApiErrorCode;
  readonly message: string;
  /** With `revision_mismatch`: the revision that is in force now. */
  readonly revision?: string;
  /** With `invalid_registry`: what stands in the way. */
  readonly errors?: readonly RegistryProblem[];
}

// -------------------------------------------------------------------------------------- GET /status

export interface StatusAnswer {
  readonly ok: true;
  readonly status: Status;
}

/** docs/status_api.md; without the management token `clients` is empty and details are left out. */
export interface Status {
  readonly status_version: 4;
  readonly service: string;
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly loopback_only: boolean;
  readonly uptime_s: number;
  readonly management: 'disabled' | 'enabled';
  readonly registry: { readonly valid: boolean; readonly error?: string; readonly revision: string };
  readonly audit: { readonly ok: boolean; readonly seq: number; readonly error?: string };
  readonly client_count: number;
  readonly server_count: number;
  readonly clients: readonly StatusClient[];
  readonly servers: readonly StatusServer[];
  readonly recent_audit_entries: readonly AuditLine[];
}

export interface StatusClient {
  readonly client_id: string;
  readonly token_status: TokenStatus;
  readonly allow_servers: readonly string[];
  readonly rate_limit_rpm: number | null;
  /** RFC 3339; null when not seen since the gateway started. */
  readonly last_seen: string | null;
}

export interface StatusServer {
  readonly server_id: string;
  readonly transport: 'stdio' | 'http';
  readonly runtime: Runtime;
  readonly state: ServerState;
  readonly available_hint: boolean;
  readonly tool_policy_mode: PolicyMode;
  /** null until the server has been asked once. */
  readonly tool_count: number | null;
  readonly timeouts: TimeoutsView;
}

export type TokenStatus = 'empty' | 'placeholder' | 'set';
export type Runtime = 'process' | 'container' | 'http';
export type PolicyMode = 'allow_all' | 'deny_all' | 'allow_list';

export interface TimeoutsView {
  readonly initialize_s: number | null;
  readonly tools_list_s: number;
  readonly tools_call_s: number;
  readonly retry_on_timeout: number;
  readonly retry_backoff_s: number;
}

// -------------------------------------------------------------------------------------- /registry/*

/** `GET /registry/view`, with `ETag: "<revision>"`. */
export interface RegistryViewAnswer {
  readonly ok: true;
  readonly revision: string;
  /** The registry's file, as the operator named it. */
  readonly path: string;
  /** null while the file on disk is the registry in force. */
  readonly file_error: FileError | null;
  readonly registry: RegistryView;
}

/** A hand edit that can't be used; the last good registry stays in force. */
export interface FileError {
  readonly message: string;
  readonly since_at: number;
  readonly problems: readonly RegistryProblem[];
}

/** The file's own keys, unknown to nobody: absent keys are absent, secrets are replaced. */
export interface RegistryView {
  readonly lmcp: SettingsView;
  readonly clients: Readonly<Record<string, ClientView>>;
  readonly servers: Readonly<Record<string, ServerView>>;
}

export interface SettingsView {
  readonly host?: string;
  readonly port?: number;
  readonly audit_log?: string;
  readonly loopback_only?: boolean;
  readonly rate_limit_rpm?: number | null;
  readonly allowed_hosts?: readonly string[];
  readonly allowed_origins?: readonly string[];
  readonly audit_rotate_mib?: number;
  readonly management_token_status: TokenStatus;
}

export interface ClientView {
  readonly token_status: TokenStatus;
  readonly allow_servers: readonly string[];
  readonly rate_limit_rpm?: number | null;
  readonly tool_policy?: Readonly<Record<string, ToolPolicyView>>;
}

export interface ToolPolicyView {
  /** `allow_all` where the file leaves it out. */
  readonly mode?: PolicyMode;
  readonly allow_tools?: readonly string[];
  readonly deny_tools?: readonly string[];
}

export type SecretStatus = 'set' | 'empty';

export interface ServerView {
  readonly transport: 'stdio' | 'http';
  readonly runtime?: 'process' | 'container';
  readonly scope?: 'client' | 'session' | 'shared';
  readonly pin_tools?: boolean;
  readonly idle_stop_s?: number;
  readonly timeouts?: Partial<TimeoutsView>;
  readonly tool_policy?: ToolPolicyView;
  readonly stdio_mode?: 'newline' | 'content-length';
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, SecretStatus>>;
  readonly cwd?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, SecretStatus>>;
  readonly image?: string;
  readonly entrypoint?: string | readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly mounts?: readonly MountView[];
  readonly tmpfs?: readonly string[];
  readonly network?: string;
  readonly extra_hosts?: readonly string[];
  readonly memory?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly shm_size?: string;
  readonly read_only?: boolean;
  readonly cap_add?: readonly string[];
  readonly pull?: 'never' | 'missing';
}

export interface MountView {
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
}

/** One thing wrong with a registry, with its place and its cure. */
export interface RegistryProblem {
  /** As in `servers.github.tool_policy.mode`. */
  readonly path: string;
  /** From 1; null when the place is not in the file (a key that is missing, a file that can't be read). */
  readonly line: number | null;
  readonly message: string;
  readonly fix: string;
}

/** Keys of the registry file; objects merge deep, lists and scalars replace, null removes. */
export type RegistryPatch = Readonly<Record<string, unknown>>;

/** Body of validate, apply, preview and access. */
export interface PatchRequest {
  readonly patch: RegistryPatch;
}

/** `POST /registry/validate`. */
export interface ValidateAnswer {
  readonly ok: true;
  readonly valid: boolean;
  readonly errors: readonly RegistryProblem[];
  /** One sentence a change, without secrets. */
  readonly changes_summary: readonly string[];
}

/** `POST /registry/apply`, and every other route that writes the registry. */
export interface ApplyAnswer {
  readonly ok: true;
  readonly applied: boolean;
  /** Where the registry as it was before went; null when nothing was written. */
  readonly backup_path: string | null;
  /** The history entry that undoes this change: restore it. Null when nothing was written. */
  readonly history_id: string | null;
  readonly errors: readonly RegistryProblem[];
  readonly changes_summary: readonly string[];
  /** Settings that take effect with the next start, as `lmcp.port`. */
  readonly restart_required?: readonly string[];
  /** In force when the answer is sent. */
  readonly revision: string;
}

// ----------------------------------------------------------------------------------------- preview

/** `POST /management/preview`: what a staged patch would do; writes nothing. */
export interface PreviewAnswer {
  readonly ok: true;
  readonly valid: boolean;
  readonly errors: readonly RegistryProblem[];
  readonly changes_summary: readonly string[];
  /** The revision that the patch was laid upon. */
  readonly revision: string;
  /** The file before and after, comments kept, every secret replaced by `<redacted>`. */
  readonly before_yaml: string;
  readonly after_yaml: string;
  /** One entry a client whose access changes; empty when no client's does, or when the result is not valid. */
  readonly impact: readonly ClientImpact[];
  readonly restart_required: readonly string[];
}

export interface ClientImpact {
  readonly client_id: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Tools that the client may use after and not before, and the reverse. */
  readonly gained: readonly ToolRef[];
  readonly lost: readonly ToolRef[];
  /** Servers whose tools are not known yet, so that they can't be counted. */
  readonly gained_servers: readonly string[];
  readonly lost_servers: readonly string[];
  /** As in "codex gains 3 tools and loses 1". */
  readonly words: string;
}

export interface ToolRef {
  readonly server_id: string;
  readonly tool: string;
}

// ------------------------------------------------------------------------------------------ access

/** `GET /management/access` (in force) and `POST /management/access` with a patch (as it would be). */
export interface AccessAnswer {
  readonly ok: true;
  readonly revision: string;
  readonly servers: readonly AccessServer[];
  readonly clients: readonly AccessClient[];
  /** Each rule that decides something, once; cells point into it by index. */
  readonly rules: readonly DecidingRule[];
}

export interface AccessServer {
  readonly server_id: string;
  /** False until the server has been asked once; `tools` then holds only the names that policies mention. */
  readonly tools_known: boolean;
  readonly tools: readonly AccessTool[];
}

export interface AccessTool {
  /** The server's own name: hostile text. */
  readonly tool: string;
  /** False when a policy names it but the server does not offer it. */
  readonly offered: boolean;
  readonly mark: ToolMark | null;
}

/** Since the operator last acknowledged the server's tools. */
export type ToolMark = 'new' | 'changed';

export interface AccessClient {
  readonly client_id: string;
  /** In the order of `servers`. */
  readonly cells: readonly AccessCell[];
}

export interface AccessCell {
  /** The effective result over the offered tools (`some` also where they are not known and a rule restricts them). */
  readonly access: 'all' | 'some' | 'none';
  /** Of the offered tools; all three null while they are not known. */
  readonly allowed_count: number | null;
  /** Not callable until approved (`pin_tools`), and otherwise allowed. */
  readonly pending_count: number | null;
  readonly total_count: number | null;
  /** Index into `rules`: the rule that decides for an approved tool that no policy names. */
  readonly rule: number;
  /** One index into `rules` a tool, in the order of the server's `tools`. */
  readonly tools: readonly number[];
}

export interface DecidingRule {
  /** With `tool_not_approved` pending approval; null where it depends on the server's tool list, which is not known yet. */
  readonly allowed: boolean | null;
  readonly reason: Reason | null;
  /** As in `servers.github.tool_policy.deny_tools[0]`; the path that would have to exist where nothing is written. */
  readonly path: string;
  /** From 1; null where the rule is a default that the file does not write. */
  readonly line: number | null;
  /** As in "the GitHub server's policy denies it". */
  readonly words: string;
}

// --------------------------------------------------------------------------------------------- why

/** `GET /management/why?client=&server=&tool=`; unknown names are answered too: they are refused by a rule. */
export interface WhyAnswer {
  readonly ok: true;
  readonly client_id: string;
  readonly server_id: string;
  /** The server's own name; null asks about the server alone. */
  readonly tool: string | null;
  /** null where it depends on the server's tool list (`pin_tools`), which is not known yet. */
  readonly allowed: boolean | null;
  readonly reason: Reason | null;
  /** One sentence: who may or may not do what, and which rule says so. */
  readonly words: string;
  readonly steps: readonly WhyStep[];
  /** The narrowest patch that would allow it; null when it is allowed, or can't be by a patch. */
  readonly allow_patch: RegistryPatch | null;
}

export interface WhyStep {
  readonly gate: CheckId;
  /** As in "Server access". */
  readonly label: string;
  /** `skipped`: an earlier check denies; `unknown`: it can't be decided before the server is asked. */
  readonly outcome: 'pass' | 'refuse' | 'unknown' | 'skipped';
  readonly reason: Reason | null;
  readonly path: string;
  readonly line: number | null;
  readonly words: string;
}

// ----------------------------------------------------------------------------------------- servers

/** `GET /management/servers`. */
export interface ServersAnswer {
  readonly ok: true;
  readonly servers: readonly ServerSummary[];
}

export interface ServerSummary {
  readonly server_id: string;
  readonly transport: 'stdio' | 'http';
  readonly runtime: Runtime;
  readonly state: ServerState;
  readonly since_at: number;
  readonly instances: number;
  readonly restarts: number;
  /** In words for the operator; null when there was none. */
  readonly last_error: string | null;
  readonly tool_count: number | null;
  /** How many tools are new or changed since they were last acknowledged. */
  readonly marked_tool_count: number;
  /** Protections that this server runs without, each in words ("writable root file system"). */
  readonly loosened: readonly string[];
  readonly latency: Latency;
  /** Clients that may reach it, by `allow_servers`. */
  readonly clients: readonly string[];
}

/** Of tools/call since the gateway started, over the last 1,000 at most; null without any. */
export interface Latency {
  readonly calls: number;
  readonly failed: number;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
}

/** `GET /management/servers/{server_id}`. */
export interface ServerAnswer {
  readonly ok: true;
  readonly server: ServerDetails;
}

export interface ServerDetails extends ServerSummary {
  readonly scope: 'client' | 'session' | 'shared';
  readonly pin_tools: boolean;
  readonly idle_stop_s: number;
  readonly timeouts: TimeoutsView;
  /** From the server's initialize answer; null until it was started once. Hostile text. */
  readonly server_info: { readonly name: string; readonly version: string } | null;
  readonly protocol_version: string | null;
  /** The end of its stderr, at most 64 KiB. Hostile text; empty for http. */
  readonly stderr_tail: string;
  /** null until it was asked once. */
  readonly tools: readonly ServerTool[] | null;
  readonly tools_at: number | null;
}

export interface ServerTool {
  /** The server's own name; everything in here is hostile text. */
  readonly name: string;
  /** The name under which `/mcp` offers it. */
  readonly exposed_name: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly input_schema: Readonly<Record<string, unknown>>;
  readonly output_schema: Readonly<Record<string, unknown>> | null;
  readonly annotations: Readonly<Record<string, unknown>> | null;
  readonly mark: ToolMark | null;
  /** With mark `changed`: what differs, as `description` or `input_schema`. */
  readonly changed_fields: readonly string[];
  /** With `pin_tools`: not callable until acknowledged. */
  readonly blocked: boolean;
}

/** `POST /management/servers/{server_id}/start`, `/stop`, `/restart`: the state reached. */
export type ServerActionAnswer = ServerAnswer;

/** `POST /management/servers/{server_id}/test`: a start, initialize and tools/list of the registered server. */
export interface ServerTestAnswer {
  readonly ok: true;
  readonly passed: boolean;
  readonly steps: readonly ServerTestStep[];
  readonly server: ServerDetails;
}

export interface ServerTestStep {
  readonly step: 'initialize' | 'tools_list';
  readonly passed: boolean;
  readonly duration_ms: number;
  /** What was found, or what failed and what to do. */
  readonly words: string;
}

/** `POST /management/servers/{server_id}/acknowledge`: these tools have been looked at; with `pin_tools`, approved. */
export interface AcknowledgeRequest {
  /** The server's own names; null is all of them. */
  readonly tools: readonly string[] | null;
}
export type AcknowledgeAnswer = ServerAnswer;

// ----------------------------------------------------------------------------------------- clients

/** `GET /management/clients`. */
export interface ClientsAnswer {
  readonly ok: true;
  readonly clients: readonly ClientSummary[];
}

export interface ClientSummary {
  readonly client_id: string;
  readonly token_status: TokenStatus;
  /** 2 while a rotation keeps the previous token valid. */
  readonly token_count: number;
  readonly allow_servers: readonly string[];
  /** Its own or the global one. */
  readonly rate_limit_rpm: number | null;
  readonly rate_limit_from: 'client' | 'global' | 'none';
  readonly last_seen_at: number | null;
  /** Since the gateway started. */
  readonly calls: number;
  readonly refused: number;
}

/** `POST /management/clients`: adds a client whose token is made by the gateway. */
export interface AddClientRequest {
  readonly client_id: string;
  readonly allow_servers: readonly string[];
  readonly rate_limit_rpm?: number | null;
}

/** Of add and rotate. The token is in this answer and nowhere else: the registry stores its hash. */
export interface ClientTokenAnswer extends ApplyAnswer {
  readonly client_id: string;
  /** null when `applied` is false. */
  readonly token: string | null;
}

/** `POST /management/clients/{client_id}/rotate`. */
export interface RotateRequest {
  /** True keeps the present token valid beside the new one, until `retire` is called. */
  readonly keep_previous: boolean;
}

/** `GET /management/clients/{client_id}/connect`. */
export interface ConnectAnswer {
  readonly ok: true;
  readonly client_id: string;
  readonly endpoint: string;
  readonly snippets: readonly ConnectSnippet[];
}

export interface ConnectSnippet {
  readonly app: 'vscode' | 'codex' | 'claude-desktop' | 'claude-code' | 'cursor' | 'gemini';
  /** As in "VS Code". */
  readonly title: string;
  /** Where it goes, in words (".vscode/mcp.json", "run in a terminal"). */
  readonly where: string;
  readonly format: 'json' | 'toml' | 'shell';
  /** The token stands as `<TOKEN>`. */
  readonly text: string;
  /** What the person should know, if anything. */
  readonly note?: string;
}

// ------------------------------------------------------------------------------------------- audit

/** Query of `GET /management/audit` and `GET /management/audit/export`; all filters must match. */
export interface AuditQuery {
  /** Comma-separated, any of them. */
  readonly event?: string;
  readonly client?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly allowed?: 'true' | 'false';
  readonly reason?: string;
  /** All lines of one request. */
  readonly call?: string;
  /** RFC 3339, from inclusive, to exclusive. */
  readonly from?: string;
  readonly to?: string;
  /** A part of the line, any case. */
  readonly text?: string;
  /** From `next_cursor` of the page before, with the same filters. */
  readonly cursor?: string;
  /** 1 to 500; 100 unless given. Not used by export. */
  readonly limit?: string;
}

/** `GET /management/audit`: newest first. */
export interface AuditPage {
  readonly ok: true;
  readonly lines: readonly AuditLine[];
  /** null: there is nothing older that matches. */
  readonly next_cursor: string | null;
  readonly count: {
    /** Lines that match, over the whole log. */
    readonly matched: number;
    /** False when counting was cut short: `matched` is then a lower bound. */
    readonly exact: boolean;
    /** Lines in the whole log. */
    readonly total: number;
  };
}

/** `GET /management/audit/verify` (the last one) and `POST` (starts one; 202, or 409 `verify_in_progress`). */
export interface VerifyAnswer {
  readonly ok: true;
  readonly running: boolean;
  readonly last: Verification | null;
}

export interface Verification {
  readonly verified: boolean;
  readonly finished_at: number;
  readonly duration_ms: number;
  readonly lines: number;
  readonly segments: number;
  /** Verified up to and including this line. */
  readonly last_seq: number;
  readonly problems: readonly {
    readonly file: string;
    readonly line: number;
    readonly seq: number | null;
    readonly words: string;
  }[];
}

// ---------------------------------------------------------------------------------------- activity

/** `GET /management/activity?minutes=60` (1 to 1,440): decisions a minute, counted by the gateway since its start. */
export interface ActivityAnswer {
  readonly ok: true;
  /** When counting began: earlier buckets are not zero, they are unknown and left out. */
  readonly counting_since_at: number;
  readonly bucket_s: 60;
  /** Oldest first, without holes; the last one is still filling. */
  readonly buckets: readonly ActivityBucket[];
}

export interface ActivityBucket {
  readonly start_at: number;
  /** Allowed calls that were forwarded. */
  readonly calls: number;
  /** Refusals of any gate. */
  readonly refused: number;
  /** Calls whose outcome is not `ok`. */
  readonly failed: number;
}

// -------------------------------------------------------------------------------------------- call

/** `POST /management/call`: tools/call as that client, through every gate, on record with `via: management`. */
export interface CallRequest {
  readonly client_id: string;
  readonly server_id: string;
  /** The server's own name. */
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface CallAnswer {
  readonly ok: true;
  /** `refused`: a gate said no; `failed`: no answer came; `error`: the tool answered `isError`. */
  readonly outcome: 'ok' | 'error' | 'refused' | 'failed';
  /** What a client would get: a CallToolResult, unchanged. Hostile content. Null with `refused` and `failed`. */
  readonly result: unknown;
  /** The JSON-RPC error that a client would get; null otherwise. */
  readonly rpc_error: { readonly code: number; readonly message: string; readonly data?: unknown } | null;
  readonly duration_ms: number;
  /** The id that ties its audit lines together; null when nothing could be put on record. */
  readonly call: string | null;
  readonly audit: readonly AuditLine[];
}

// ----------------------------------------------------------------------------------------- history

/** `GET /management/history`: newest first, 20 at most. */
export interface HistoryAnswer {
  readonly ok: true;
  readonly entries: readonly HistoryEntry[];
}

/** A registry as it was until it was replaced. */
export interface HistoryEntry {
  readonly history_id: string;
  /** When it was replaced. */
  readonly replaced_at: number;
  readonly revision: string;
  /** What the change that replaced it did; empty when it is not known. */
  readonly changes_summary: readonly string[];
}

/** `GET /management/history/{history_id}`. */
export interface HistoryEntryAnswer {
  readonly ok: true;
  readonly entry: HistoryEntry;
  /** What restoring it would do to the registry in force (credentials of today stay); secrets are redacted. */
  readonly preview: Omit<PreviewAnswer, 'ok'>;
}

/** `POST /management/history/{history_id}/restore`, with If-Match. */
export type RestoreAnswer = ApplyAnswer;

// ------------------------------------------------------------------------------------------ events

/** `data:` of one server-sent event of `GET /events`; its `id:` is `seq`, its `event:` is `event`. */
export type EventData = AuditLine;
