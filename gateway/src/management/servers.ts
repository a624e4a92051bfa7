import type { Kind } from '../catalog/items.ts';
import type { Tool } from '../catalog/tools.ts';
import { exposedName } from '../catalog/names.ts';
import { invalidTools } from '../catalog/strict/invalidTools.ts';
import { strictTool } from '../catalog/strict/strictTool.ts';
import { isRecord } from '../json/isRecord.ts';
import { loosenedOf } from '../registry/container/loosened.ts';
import { decidePinning } from '../policy/pinning.ts';
import { serverAllows } from '../policy/toolPolicy.ts';
import type { Registry, Server, Timeouts } from '../registry/types.ts';
import { valueWithoutSecrets } from '../upstream/secrets/withoutSecrets.ts';
import type { ServerHealth } from '../upstream/types.ts';
import { definitionDigest, definitionOf } from '../pins/toolDefinition.ts';
import type { MarkedTool } from '../pins/toolMarks.ts';
import type { ServerSignInState } from '../api/signIn/serverSignIns.ts';
import type { ServerHealthView } from '../api/schema/serverHealth.ts';
import type { Latency, ServerDetails, ServerSummary, ServerTool } from '../api/servers.ts';
import type { TimeoutsView } from '../api/schema/values.ts';

/** What is known of a server beside its definition. */
export interface ServerKnowledge {
  readonly health: ServerHealth;
  /** null until it was asked once. */
  readonly tools: readonly Tool[] | null;
  /** Milliseconds since the Unix epoch. */
  readonly toolsAt: number | null;
  readonly cutLists: readonly Kind[];
  readonly marks: ReadonlyMap<string, MarkedTool>;
  readonly latency: Latency;
  readonly judgement: ServerHealthView;
  readonly signIn: ServerSignInState | null;
}

export function serverSummary(registry: Registry, server: Server, known: ServerKnowledge): ServerSummary {
  const { health, judgement, tools, marks, latency } = known;
  return {
    server_id: server.id,
    transport: server.transport,
    runtime: server.runtime,
    state: health.state,
    health: judgement,
    since_at: health.since,
    instances: health.instances,
    restarts: health.restarts,
    last_error: health.lastError,
    tool_count: tools?.length ?? null,
    marked_tool_count: [...marks.keys()].filter((tool) => serverAllows(server, tool)).length,
    cut_lists: [...known.cutLists],
    invalid_tool_count: tools === null ? 0 : invalidTools(tools).length,
    loosened: loosenedOf(server),
    enabled: server.enabled,
    latency,
    clients: [...registry.clients.values()]
      .filter(({ allowServers }) => allowServers.has(server.id))
      .map(({ id }) => id),
  };
}

/** Also with what is read from the disk for one server alone. */
export interface DetailedKnowledge extends ServerKnowledge {
  /** By name, changed tools as they were approved. */
  readonly approved: ReadonlyMap<string, Tool>;
}

export function serverDetails(registry: Registry, server: Server, known: DetailedKnowledge): ServerDetails {
  const { health, tools, toolsAt, marks, approved } = known;
  return {
    ...serverSummary(registry, server, known),
    scope: server.scope,
    sign_in: known.signIn,
    pin_tools: server.pinTools,
    idle_stop_s: server.idleStopS,
    timeouts: timeoutsView(server.timeouts),
    server_info: valueWithoutSecrets(server, initializedInfo(health.initializeResult)),
    protocol_version: valueWithoutSecrets(server, text(health.initializeResult?.['protocolVersion'])),
    stderr_tail: health.stderrTail,
    stderr_instance: health.stderrInstance,
    tools:
      tools?.map((tool) => serverTool(server, tool, marks.get(tool.name), approved.get(tool.name))) ?? null,
    tools_at: toolsAt,
  };
}

function serverTool(
  server: Server,
  tool: Tool,
  marked: MarkedTool | undefined,
  approved: Tool | undefined,
): ServerTool {
  const strict = strictTool(tool);
  return {
    name: tool.name,
    exposed_name: exposedName(server.id, tool.name),
    ...valueWithoutSecrets(server, {
      ...texts(tool),
      repairs: [...strict.repairs],
      approved: approved === undefined ? null : { ...texts(approved), other: others(approved) },
    }),
    other: valueWithoutSecrets(server, others(tool)),
    left_out: strict.tool === undefined,
    digest: definitionDigest(definitionOf(tool)),
    mark: marked?.mark ?? null,
    rejected: marked !== undefined && !serverAllows(server, tool.name),
    changed_fields: marked?.changedParts ?? [],
    blocked: decidePinning(server, marked?.mark ?? 'approved')?.allowed === false,
  };
}

function texts(
  tool: Tool,
): Pick<ServerTool, 'title' | 'description' | 'input_schema' | 'output_schema' | 'annotations'> {
  return {
    title: text(tool['title']),
    description: text(tool['description']),
    input_schema: object(tool['inputSchema']) ?? {},
    output_schema: object(tool['outputSchema']),
    annotations: object(tool['annotations']),
  };
}

/** Parts of a definition that no field of its own shows; null where there are none. */
function others(tool: Tool): Readonly<Record<string, unknown>> | null {
  const entries = Object.entries(tool).filter(([key]) => !shownKeys.has(key));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

const shownKeys = new Set(['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations']);

export function initializedInfo(
  result: Readonly<Record<string, unknown>> | null,
): ServerDetails['server_info'] {
  const info = object(result?.['serverInfo']);
  return info === null ? null : { name: text(info['name']) ?? '', version: text(info['version']) ?? '' };
}

function timeoutsView(timeouts: Timeouts): TimeoutsView {
  return {
    initialize_s: timeouts.initializeS,
    tools_list_s: timeouts.toolsListS,
    tools_call_s: timeouts.toolsCallS,
    tools_call_max_s: timeouts.toolsCallMaxS,
    retry_on_timeout: timeouts.retryOnTimeout,
    retry_backoff_s: timeouts.retryBackoffS,
  };
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function object(value: unknown): Readonly<Record<string, unknown>> | null {
  return isRecord(value) ? value : null;
}
