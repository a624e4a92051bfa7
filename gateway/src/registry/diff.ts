import type { Client, ListenerTls, OAuthIssuer, Registry, Server, Settings, ToolPolicy } from './types.ts';

export interface EntryDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** The differences between two registries, without secrets. */
export interface RegistryDiff {
  readonly clients: EntryDiff;
  readonly servers: EntryDiff;
  /** Keys below `lmcp` as the file writes them. */
  readonly settings: readonly string[];
  /** One line per change, in plain language. */
  readonly summary: readonly string[];
}

/** Describes a value that changed from `a` to `b`. */
export function diffRegistries(a: Registry, b: Registry): RegistryDiff {
  const settings = settingChanges(a.settings, b.settings);
  const clients = entryDiff(a.clients, b.clients, clientChanges);
  const servers = entryDiff(a.servers, b.servers, serverChanges);
  const { changes: clientLines, ...clientDiff } = clients;
  const { changes: serverLines, ...serverDiff } = servers;
  const added = clientDiff.added.map((id) => {
    const allowed = [...(b.clients.get(id)?.allowServers ?? [])];
    return `client ${id} is new and may use ${allowed.length === 0 ? 'no server' : allowed.join(', ')}`;
  });
  const summary = [
    ...settings.map(([, line]) => line),
    ...serverDiff.added.map((id) => `server ${id} is new (${b.servers.get(id)?.runtime ?? ''})`),
    ...serverDiff.removed.map((id) => `server ${id} is removed`),
    ...serverLines.map((line) => `server ${line}`),
    ...added,
    ...clientDiff.removed.map((id) => `client ${id} is removed`),
    ...clientLines.map((line) => `client ${line}`),
  ];
  return { clients: clientDiff, servers: serverDiff, settings: settings.map(([key]) => key), summary };
}

/** The settings that a running gateway can't take over: it must be started again for them. */
export function restartRequired(running: Settings, wanted: Settings): string[] {
  return settingChanges(running, wanted)
    .map(([key]) => key)
    .filter((key) => ['host', 'port', 'audit_log', 'loopback_only'].includes(key))
    .concat(handshakeOf(running.tls) === handshakeOf(wanted.tls) ? [] : ['tls']);
}

/**
 * What a listener can't change while it runs: whether it speaks TLS, by which name it is called, and whether it asks for
 * certificates.
 */
function handshakeOf(tls: ListenerTls | null): string {
  if (tls === null) return 'none';
  return tls.clients === null
    ? `${tls.name} server`
    : `${tls.name} clients ${tls.clients.required ? 'required' : 'optional'}`;
}

const settingKeys: readonly (readonly [key: string, property: keyof Settings])[] = [
  ['host', 'host'],
  ['port', 'port'],
  ['audit_log', 'auditLog'],
  ['loopback_only', 'loopbackOnly'],
  ['rate_limit_rpm', 'rateLimitRpm'],
  ['allowed_hosts', 'allowedHosts'],
  ['allowed_origins', 'allowedOrigins'],
  ['management_scope', 'managementScope'],
  ['browser_sign_in', 'browserSignIn'],
  ['oauth', 'oauth'],
  ['audit_rotate_mib', 'auditRotateMib'],
  ['list_max_mib', 'listMaxBytes'],
  ['lists.refresh', 'listRefresh'],
  ['max_body_mib', 'maxBodyBytes'],
  ['max_result_mib', 'maxResultBytes'],
  ['memory_mib', 'memoryMib'],
  ['max_connections_per_address', 'maxConnectionsPerAddress'],
];

function settingChanges(a: Settings, b: Settings): [key: string, line: string][] {
  const changes = settingKeys
    .filter(([, property]) => !same(a[property], b[property]))
    .map(([key, property]): [string, string] => [
      key,
      `lmcp.${key}: ${shown(a[property])} → ${shown(b[property])}`,
    ]);
  if (!same(a.tls, b.tls)) changes.push(['tls', `lmcp.tls: ${tlsChange(a.tls, b.tls)}`]);
  if (!same(a.oauthIssuer, b.oauthIssuer))
    changes.push(['oauth.issuer', `lmcp.oauth.issuer: ${issuerChange(a.oauthIssuer, b.oauthIssuer)}`]);
  if (same(a.managementTokens, b.managementTokens)) return changes;
  const what =
    a.managementTokens.length === 0
      ? 'management is enabled'
      : b.managementTokens.length === 0
        ? 'management is disabled'
        : 'the management token is changed';
  return [...changes, ['management_token', `lmcp.management_token: ${what}`]];
}

/** Described in general terms: the key is a secret. */
function tlsChange(a: ListenerTls | null, b: ListenerTls | null): string {
  if (a === null || b === null) return b === null ? 'LMCP listens without TLS' : 'LMCP listens by TLS';
  const parts = [
    ...(a.cert === b.cert && a.key === b.key ? [] : ['the certificate is changed']),
    ...(same(a.clients, b.clients) ? [] : ['whose client certificates are accepted is changed']),
    ...(a.name === b.name ? [] : [`clients call ${b.name ?? 'no name of it'}`]),
  ];
  return parts.join('; ');
}

/** In few words: the map may have a person in each line. */
function issuerChange(a: OAuthIssuer | null, b: OAuthIssuer | null): string {
  if (a === null || b === null || a.url !== b.url) return `${a?.url ?? 'none'} → ${b?.url ?? 'none'}`;
  const parts = [
    ...(a.audience === b.audience ? [] : [`audience ${a.audience ?? 'none'} → ${b.audience ?? 'none'}`]),
    ...(same([a.clientClaim, a.map], [b.clientClaim, b.map])
      ? []
      : ['whose token is which client is changed']),
    ...(a.allowPrivate === b.allowPrivate ? [] : [`allow_private ${a.allowPrivate} → ${b.allowPrivate}`]),
    ...(same(a.scopes, b.scopes) ? [] : ['its scopes are changed']),
    ...(a.ca === b.ca ? [] : ['its authority is changed']),
  ];
  return parts.join('; ');
}

function entryDiff<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  changesOf: (a: T, b: T) => string[],
): EntryDiff & { readonly changes: readonly string[] } {
  const both = [...b].flatMap(([id, now]) => {
    const before = a.get(id);
    return before === undefined ? [] : [{ id, lines: changesOf(before, now) }];
  });
  return {
    added: [...b.keys()].filter((id) => !a.has(id)),
    removed: [...a.keys()].filter((id) => !b.has(id)),
    changed: both.filter(({ lines }) => lines.length > 0).map(({ id }) => id),
    changes: both.flatMap(({ id, lines }) => lines.map((line) => `${id}: ${line}`)),
  };
}

function clientChanges(a: Client, b: Client): string[] {
  const gained = [...b.allowServers].filter((id) => !a.allowServers.has(id));
  const lost = [...a.allowServers].filter((id) => !b.allowServers.has(id));
  return [
    ...gained.map((id) => `may now use ${id}`),
    ...lost.map((id) => `may no longer use ${id}`),
    ...(same(a.tokens, b.tokens) ? [] : ['token is changed']),
    ...(same(a.socket, b.socket)
      ? []
      : [
          `socket is ${b.socket === null ? 'removed' : `${b.socket.path}, mode ${b.socket.mode.toString(8)}`}`,
        ]),
    ...(same(a.certificates, b.certificates) ? [] : [`certificate: ${b.certificates.join(', ') || 'none'}`]),
    ...valueChange('rate_limit_rpm', a.rateLimitRpm ?? 'unlimited', b.rateLimitRpm ?? 'unlimited'),
    ...(same(a.tools, b.tools) ? [] : ['tools (what is listed) is changed']),
    ...changedNames(a.clientRequests, b.clientRequests).map(
      (server) => `client_requests.${server} is changed`,
    ),
    ...changedNames(a.toolPolicy, b.toolPolicy).flatMap((server) =>
      policyChanges(`tool_policy.${server}`, a.toolPolicy.get(server), b.toolPolicy.get(server)),
    ),
  ];
}

function serverChanges(a: Server, b: Server): string[] {
  // Reported by name below, or (loopbackOnly) with the settings.
  const own = ['id', 'toolPolicy', 'timeouts', 'env', 'headers', 'loopbackOnly', 'scopeChosen', 'secrets'];
  const before = Object.entries(a).filter(([key]) => !own.includes(key));
  const now = new Map<string, unknown>(Object.entries(b));
  const keys = new Set([
    ...before.map(([key]) => key),
    ...[...now.keys()].filter((key) => !own.includes(key)),
  ]);
  const old = new Map<string, unknown>(before);
  return [
    ...[...keys]
      .filter((key) => !same(old.get(key), now.get(key)))
      .map((key) => `${keyInFile(key)} is changed`),
    ...changedNames(mapOf(a, 'env'), mapOf(b, 'env')).map((name) => `env ${name} is changed`),
    ...changedNames(mapOf(a, 'headers'), mapOf(b, 'headers')).map((name) => `header ${name} is changed`),
    ...changedNames(a.secrets ?? new Map(), b.secrets ?? new Map()).map(
      (name) => `secret ${name} is changed`,
    ),
    ...Object.entries(b.timeouts).flatMap(([key, value]) =>
      valueChange(
        `timeouts.${keyInFile(key)}`,
        new Map<string, unknown>(Object.entries(a.timeouts)).get(key),
        value,
      ),
    ),
    ...policyChanges('tool_policy', a.toolPolicy, b.toolPolicy),
  ];
}

function policyChanges(name: string, a: ToolPolicy | undefined, b: ToolPolicy | undefined): string[] {
  if (a === undefined || b === undefined)
    return a === b ? [] : [`${name} is ${b === undefined ? 'removed' : 'set'}`];
  const lists = [
    ['allow_tools', a.allowTools, b.allowTools],
    ['deny_tools', a.denyTools, b.denyTools],
  ] as const;
  return [
    ...valueChange(`${name}.mode`, a.mode, b.mode),
    ...lists.flatMap(([list, before, now]) => [
      ...[...now.difference(before)].map((tool) => `${name}.${list} gains ${JSON.stringify(tool)}`),
      ...[...before.difference(now)].map((tool) => `${name}.${list} loses ${JSON.stringify(tool)}`),
    ]),
  ];
}

function valueChange(name: string, a: unknown, b: unknown): string[] {
  return same(a, b) ? [] : [`${name}: ${shown(a)} → ${shown(b)}`];
}

function changedNames(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => !same(a.get(name), b.get(name)));
}

function mapOf(server: Server, key: 'env' | 'headers'): ReadonlyMap<string, string> {
  const value = new Map<string, unknown>(Object.entries(server)).get(key);
  return value instanceof Map ? (value as ReadonlyMap<string, string>) : new Map();
}

function keyInFile(property: string): string {
  if (property === 'spec') return 'the container';
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? 'none' : (comparable(value) ?? 'none');
}

/** Deep equality for the types that a registry consists of. */
function same(a: unknown, b: unknown): boolean {
  return comparable(a) === comparable(b);
}

function comparable(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map) return [...(part as ReadonlyMap<unknown, unknown>)];
    if (part instanceof Set) return [...(part as ReadonlySet<unknown>)];
    return part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part;
  });
}
