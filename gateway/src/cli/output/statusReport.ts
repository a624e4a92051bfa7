import { isRecord } from '../../json/isRecord.ts';
import type { AuditLine } from '../../audit/types.ts';
import { loosenedOf } from '../../registry/container/loosened.ts';
import type { Server, Timeouts } from '../../registry/types.ts';
import { auditLineText } from './auditLine.ts';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { oneLine } from './printer.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** What `lmcp status --json` prints (docs/cli.md). */
export interface StatusReport {
  readonly running: boolean;
  /** Where the gateway is, or would be. */
  readonly endpoint: string;
  /** The file as it is now, which may be newer than what is active. */
  readonly registry: {
    readonly path: string;
    readonly audit_log: string;
    readonly management: 'enabled' | 'disabled';
    readonly clients: readonly FileClient[];
    readonly servers: readonly FileServer[];
  };
  /** `status` of `GET /status` as it came; null when no gateway runs. */
  readonly status: Readonly<Record<string, unknown>> | null;
  readonly recent_audit_entries: readonly AuditLine[];
}

interface FileClient {
  readonly client_id: string;
  readonly allow_servers: readonly string[];
  readonly rate_limit_rpm: number | null;
}

interface FileServer {
  readonly server_id: string;
  readonly transport: Server['transport'];
  readonly runtime: Server['runtime'];
  readonly tool_policy_mode: string;
  /** Each way in which it is less confined than it could be, in words. */
  readonly loosened: readonly string[];
  readonly timeouts: {
    readonly initialize_s: number | null;
    readonly tools_list_s: number;
    readonly tools_call_s: number;
    readonly tools_call_max_s: number;
    readonly retry_on_timeout: number;
    readonly retry_backoff_s: number;
  };
}

/** The part of a report that the registry file alone gives; no secret, command or address of a server is in it. */
export function fileView(
  file: RegistryFile,
  endpoint: Endpoint,
): Pick<StatusReport, 'endpoint' | 'registry'> {
  const { settings, clients, servers } = file.registry;
  return {
    endpoint: baseUrl(endpoint),
    registry: {
      path: file.path,
      audit_log: settings.auditLog,
      management: settings.managementTokens.length > 0 ? 'enabled' : 'disabled',
      clients: [...clients.values()].map(({ id, allowServers, rateLimitRpm }) => ({
        client_id: id,
        allow_servers: [...allowServers],
        rate_limit_rpm: rateLimitRpm,
      })),
      servers: [...servers.values()].map((server) => ({
        server_id: server.id,
        transport: server.transport,
        runtime: server.runtime,
        tool_policy_mode: server.toolPolicy.mode,
        loosened: loosenedOf(server),
        timeouts: timeoutsView(server.timeouts),
      })),
    },
  };
}

function timeoutsView(timeouts: Timeouts): FileServer['timeouts'] {
  return {
    initialize_s: timeouts.initializeS,
    tools_list_s: timeouts.toolsListS,
    tools_call_s: timeouts.toolsCallS,
    tools_call_max_s: timeouts.toolsCallMaxS,
    retry_on_timeout: timeouts.retryOnTimeout,
    retry_backoff_s: timeouts.retryBackoffS,
  };
}

/** A report for a person. */
export function statusText(report: StatusReport, style: Style): string {
  const { registry, recent_audit_entries: recent } = report;
  const sections = [
    headText(report, style),
    `${style.bold('Clients')}\n${clientTable(registry.clients, style)}`,
    `${style.bold('Servers')}\n${serverTable(report, style)}`,
  ];
  const failures = failuresText(report.status);
  if (failures !== '') sections.push(`${style.bold('Needs attention')}\n${failures}`);
  const loosened = loosenedText(registry.servers);
  if (loosened !== '') sections.push(`${style.bold('Reduced isolation')}\n${loosened}`);
  if (recent.length > 0) {
    const lines = recent.map((line) => `  ${auditLineText(line, style)}\n`).join('');
    sections.push(`${style.bold('Newest audit lines')}\n${lines}`);
  }
  return sections.join('\n');
}

function headText({ running, endpoint, registry, status }: StatusReport, style: Style): string {
  const state = running ? style.good('running') : style.bad('not running');
  const lines = [
    `${style.bold('LMCP')} ${state} at ${endpoint}${upFor(status)}`,
    ...foreignAddresses(status, endpoint).map((url) =>
      style.bad(
        `            another program has ${url}: a client that uses "localhost" may reach it instead`,
      ),
    ),
    `registry    ${registry.path}${registryFault(status, style)}`,
    `audit log   ${registry.audit_log}${auditFault(status, style)}`,
    `management  ${registry.management}`,
  ];
  return `${lines.join('\n')}\n`;
}

function foreignAddresses(status: StatusReport['status'], endpoint: string): string[] {
  const [addresses, port] = [status?.['foreign_addresses'], status?.['port']];
  if (!Array.isArray(addresses) || typeof port !== 'number') return [];
  const tls = endpoint.startsWith('https:');
  return addresses
    .filter((address) => typeof address === 'string')
    .map((host) => oneLine(baseUrl({ host, port, tls })));
}

function upFor(status: StatusReport['status']): string {
  const seconds = status?.['uptime_s'];
  if (typeof seconds !== 'number') return '';
  return `, up ${durationText(seconds)}`;
}

function durationText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** How old a list is that was read at that time. */
function ageText(listedAt: unknown): string {
  const at = typeof listedAt === 'string' ? Date.parse(listedAt) : Number.NaN;
  return Number.isNaN(at) ? '' : `, ${durationText(Math.max(0, Date.now() - at) / 1000)} old`;
}

function registryFault(status: StatusReport['status'], style: Style): string {
  const registry = status?.['registry'];
  if (!isRecord(registry) || registry['valid'] !== false) return '';
  return style.bad('  (an edit of it is invalid; still using the last valid version)');
}

function auditFault(status: StatusReport['status'], style: Style): string {
  const audit = status?.['audit'];
  if (!isRecord(audit)) return '';
  if (audit['ok'] !== false) {
    const { disk_used_percent: used, warning } = audit;
    const disk =
      warning === undefined || typeof used !== 'number' ? '' : style.bad(`  (its disk is ${used} % full)`);
    return disk + sealFault(audit['sealed'], style);
  }
  const said = audit['error'];
  return style.bad(
    `  (cannot be written: no call is forwarded${typeof said === 'string' ? `; ${oneLine(said)}` : ''})`,
  );
}

function sealFault(sealed: unknown, style: Style): string {
  if (!isRecord(sealed) || typeof sealed['since'] !== 'string') return '';
  const since = oneLine(sealed['since']);
  if (sealed['state'] === 'pending')
    return style.bad(`  (not all of it is sealed, since ${since}; is the sealer running?)`);
  return sealed['state'] === 'unsupported'
    ? '  (chained, not sealed: the file system has no append-only files)'
    : '';
}

function clientTable(clients: readonly FileClient[], style: Style): string {
  const rows = clients.map(({ client_id, allow_servers, rate_limit_rpm }) => [
    client_id,
    allow_servers.join(', ') || 'nothing',
    rate_limit_rpm === null ? 'unlimited' : `${rate_limit_rpm} rpm`,
  ]);
  return rows.length === 0 ? '  none\n' : table([['CLIENT', 'MAY USE', 'LIMIT'], ...rows], style);
}

function serverTable({ registry, status }: StatusReport, style: Style): string {
  const live = liveServers(status);
  const rows = registry.servers.map(({ server_id, transport, runtime, tool_policy_mode, timeouts }) => {
    const { state, tools } = live.get(server_id) ?? { state: '-', tools: '-' };
    const kind = transport === runtime ? transport : `${transport} (${runtime})`;
    return [server_id, kind, state, tools, tool_policy_mode, timeoutText(timeouts)];
  });
  const head = ['SERVER', 'TRANSPORT', 'STATE', 'TOOLS', 'POLICY', 'TIMEOUTS'];
  return rows.length === 0 ? '  none\n' : table([head, ...rows], style);
}

function loosenedText(servers: readonly FileServer[]): string {
  return servers
    .filter(({ loosened }) => loosened.length > 0)
    .map(({ server_id, loosened }) => `  ${server_id}: ${loosened.join('; ')}\n`)
    .join('');
}

/** Of servers that need somebody now; shown with the management token. */
function failuresText(status: StatusReport['status']): string {
  const servers: unknown = status?.['servers'];
  if (!Array.isArray(servers)) return '';
  return servers
    .filter(isRecord)
    .flatMap(({ server_id: id, health }) => {
      if (typeof id !== 'string' || !isRecord(health)) return [];
      const { level, summary, stderr } = health;
      if ((level !== 'failing' && level !== 'decision') || typeof summary !== 'string') return [];
      const lines = Array.isArray(stderr) ? stderr.filter((line) => typeof line === 'string') : [];
      return [`  ${oneLine(id)}: ${oneLine(summary)}\n`, ...lines.map((line) => `    ${oneLine(line)}\n`)];
    })
    .join('');
}

function timeoutText(timeouts: FileServer['timeouts']): string {
  const { initialize_s, tools_list_s, tools_call_s, retry_on_timeout, retry_backoff_s } = timeouts;
  const parts = [
    ...(initialize_s === null ? [] : [`initialize ${initialize_s} s`]),
    `list ${tools_list_s} s`,
    `call ${tools_call_s} s`,
    ...(retry_on_timeout === 0 ? [] : [`${retry_on_timeout} retries after ${retry_backoff_s} s`]),
  ];
  return parts.join(', ');
}

function liveServers(
  status: StatusReport['status'],
): Map<string, { readonly state: string; readonly tools: string }> {
  const servers: unknown = status?.['servers'];
  if (!Array.isArray(servers)) return new Map();
  return new Map(
    servers.filter(isRecord).map((server) => {
      const { server_id: id, state, tool_count: tools, invalid_tool_count: invalid } = server;
      const cut: unknown = server['cut_lists'];
      const cutText = Array.isArray(cut) && cut.includes('tools') ? ' (cut: lmcp.list_max_mib)' : '';
      const invalidText = typeof invalid === 'number' && invalid > 0 ? ` (${invalid} invalid)` : '';
      const shown = {
        state: typeof state === 'string' ? oneLine(state) : '-',
        tools:
          typeof tools === 'number' ? `${tools}${invalidText}${cutText}${ageText(server['listed_at'])}` : '-',
      };
      return [typeof id === 'string' ? id : '', shown] as const;
    }),
  );
}
