import { AuditUnavailableError } from '../../errors.ts';
import { quoted } from '../../registry/yaml/problem.ts';
import { isPlainObject } from '../../registry/schema/section.ts';
import type { Server } from '../../registry/types.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { Latencies } from '../../stats/latency.ts';
import { ApiError, json, type ManagementRequest, type Route } from '../route.ts';
import { ServerActions } from '../serverActions.ts';
import { serverDetails, serverSummary, type ServerKnowledge } from '../servers.ts';
import type {
  AcknowledgeAnswer,
  AcknowledgeRequest,
  ServerActionAnswer,
  ServerAnswer,
  ServersAnswer,
  ServerTestAnswer,
} from '../../api/types.ts';

/** `/management/servers`: how they are, what they offer, and what the operator can do with them. */
export function serverRoutes(dependencies: ManagementDependencies): Route[] {
  const { store, audit, pool, catalog, marks } = dependencies;
  const latencies = new Latencies();
  audit.subscribe((line) => latencies.take(line));
  const actions = new ServerActions(dependencies);
  const known = ({ id }: Server): ServerKnowledge => ({
    health: pool.health(id),
    tools: catalog.lastKnown(id),
    toolsAt: marks.observedAt(id),
    marks: marks.of(id),
    latency: latencies.of(id),
  });
  const details = (server: Server): ServerAnswer['server'] =>
    serverDetails(store.current, server, known(server));
  const serverOf = async ({ params }: ManagementRequest): Promise<Server> => {
    await store.reload();
    const id = params['server_id'] ?? '';
    const server = store.current.servers.get(id);
    if (server !== undefined) return server;
    throw new ApiError(404, 'unknown_server', `the registry has no server ${quoted(id)}`);
  };
  const action = (name: string, act: (server: Server) => Promise<unknown>): Route => ({
    method: 'POST',
    path: `/management/servers/:server_id/${name}`,
    handle: async (request) => {
      const server = await serverOf(request);
      requireAudit(dependencies);
      await act(server);
      return json({ ok: true, server: details(server) } satisfies ServerActionAnswer);
    },
  });
  return [
    {
      method: 'GET',
      path: '/management/servers',
      handle: async () => {
        await store.reload();
        const registry = store.current;
        const servers = [...registry.servers.values()].map((each) =>
          serverSummary(registry, each, known(each)),
        );
        return json({ ok: true, servers } satisfies ServersAnswer);
      },
    },
    {
      method: 'GET',
      path: '/management/servers/:server_id',
      handle: async (request) =>
        json({ ok: true, server: details(await serverOf(request)) } satisfies ServerAnswer),
    },
    action('start', (server) => actions.start(server)),
    action('stop', (server) => actions.stop(server)),
    action('restart', (server) => actions.restart(server)),
    {
      method: 'POST',
      path: '/management/servers/:server_id/test',
      handle: async (request) => {
        const server = await serverOf(request);
        const steps = await actions.test(server);
        const passed = steps.every((step) => step.passed);
        return json({ ok: true, passed, steps, server: details(server) } satisfies ServerTestAnswer);
      },
    },
    {
      method: 'POST',
      path: '/management/servers/:server_id/acknowledge',
      handle: async (request) => {
        const server = await serverOf(request);
        await acknowledge(dependencies, server, acknowledgeRequestOf(request.body), request.requestId);
        return json({ ok: true, server: details(server) } satisfies AcknowledgeAnswer);
      },
    },
  ];
}

/** Nothing is stopped without a record; a start is refused by its own line. */
function requireAudit({ audit }: ManagementDependencies): void {
  const { ok, error } = audit.status();
  if (!ok) throw new AuditUnavailableError(error ?? 'the audit log can not be written');
}

async function acknowledge(
  { audit, catalog, marks }: ManagementDependencies,
  { id }: Server,
  { tools }: AcknowledgeRequest,
  requestId: string | null,
): Promise<void> {
  const offered = new Set(catalog.lastKnown(id)?.map(({ name }) => name));
  const unknown = tools?.find((tool) => !offered.has(tool));
  if (unknown !== undefined) {
    throw new ApiError(404, 'unknown_tool', `server ${quoted(id)} offers no tool ${quoted(unknown)}`);
  }
  const marked = [...marks.of(id).keys()].filter((tool) => tools === null || tools.includes(tool));
  const detail = { source: 'management', acknowledged: marked.slice(0, 50), count: marked.length };
  await audit.append([
    { event: 'config_change', server_id: id, allowed: true, reason: 'ok', request_id: requestId, detail },
  ]);
  await marks.acknowledge(id, tools).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const words = `what was looked at can not be stored beside the registry (${code}); nothing has changed`;
    throw new ApiError(500, 'internal_error', words);
  });
}

function acknowledgeRequestOf(body: unknown): AcknowledgeRequest {
  const tools = isPlainObject(body) ? body['tools'] : undefined;
  if (tools === null) return { tools };
  if (Array.isArray(tools) && tools.every((tool) => typeof tool === 'string')) return { tools };
  throw new ApiError(
    400,
    'malformed_request',
    'the body must be {"tools": ["name", …]}, or {"tools": null} for all',
  );
}
