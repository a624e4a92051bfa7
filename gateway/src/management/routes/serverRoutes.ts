import { AuditUnavailableError } from '../../errors.ts';
import { quoted } from '../../registry/yaml/problem.ts';
import type { Server } from '../../registry/types.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { ApiError } from '../apiError.ts';
import { signInStateView } from './serverSignInRoutes.ts';
import { json, type Handlers, type Reply } from '../route.ts';
import { ServerActions } from '../serverActions.ts';
import { serverDetails, serverSummary, type ServerKnowledge } from '../servers.ts';
import type {
  AcknowledgeRequest,
  ServerAnswer,
  serverEndpoints,
  RevokeApprovalsRequest,
} from '../../api/servers.ts';

/** `/management/servers`: how they are, what they offer, and what the operator can do with them. */
export function serverHandlers(dependencies: ManagementDependencies): Handlers<typeof serverEndpoints> {
  const { store, pool, catalog, marks, latencies, healthOf, signIns } = dependencies;
  const actions = new ServerActions(dependencies);
  const known = (server: Server): ServerKnowledge => ({
    health: pool.health(server.id),
    judgement: healthOf(server),
    tools: catalog.lastKnown(server.id),
    toolsAt: catalog.listedAt(server.id),
    cutLists: catalog.cut.of(server.id),
    marks: marks.of(server.id),
    latency: latencies.of(server.id),
    signIn: signInStateView(server, (one) => signIns.stateOf(one)),
  });
  const details = async (server: Server): Promise<ServerAnswer['server']> => {
    const found = known(server);
    const changed = [...found.marks].filter(([, { mark }]) => mark === 'changed').map(([name]) => name);
    const approved = await marks.approvedTexts(server.id, changed);
    return serverDetails(store.current, server, { ...found, approved });
  };
  const answer = async (server: Server): Promise<Reply<ServerAnswer>> =>
    json({ ok: true, server: await details(server) });
  const serverOf = async ({ params }: OneServer): Promise<Server> => {
    await store.reload();
    const server = store.current.servers.get(params.server_id);
    if (server !== undefined) return server;
    throw new ApiError('unknown_server', `the registry has no server ${quoted(params.server_id)}`);
  };
  const action = (act: (server: Server) => Promise<unknown>) => async (request: OneServer) => {
    const server = await serverOf(request);
    requireAudit(dependencies);
    await act(server);
    return answer(server);
  };
  return {
    listServers: async () => {
      await store.reload();
      const registry = store.current;
      const servers = [...registry.servers.values()].map((each) =>
        serverSummary(registry, each, known(each)),
      );
      return json({ ok: true, servers });
    },
    getServer: async (request) => answer(await serverOf(request)),
    startServer: action((server) => actions.start(server)),
    stopServer: action((server) => actions.stop(server)),
    restartServer: action((server) => actions.restart(server)),
    refreshServer: action((server) => actions.refresh(server)),
    testServer: async (request) => {
      const server = await serverOf(request);
      const steps = await actions.test(server);
      const passed = steps.every((step) => step.passed);
      return json({
        ok: true,
        passed,
        steps,
        server: await details(server),
      });
    },
    acknowledgeTools: async (request) => {
      const server = await serverOf(request);
      await acknowledge(dependencies, server, request.body, request.requestId);
      return answer(server);
    },
    revokeApprovals: async (request) => {
      const server = await serverOf(request);
      await revoke(dependencies, server, request.body, request.requestId);
      return answer(server);
    },
  };
}

interface OneServer {
  readonly params: { readonly server_id: string };
}

/** Nothing is stopped without a record; a start is rejected by its own line. */
function requireAudit({ audit }: ManagementDependencies): void {
  const { ok, error } = audit.status();
  if (!ok) throw new AuditUnavailableError(error ?? 'the audit log cannot be written');
}

async function acknowledge(
  { audit, catalog, marks }: ManagementDependencies,
  { id }: Server,
  { tools, digests = {} }: AcknowledgeRequest,
  requestId: string | null,
): Promise<void> {
  const offered = new Set(catalog.lastKnown(id)?.map(({ name }) => name));
  const unknown = tools?.find((tool) => !offered.has(tool));
  if (unknown !== undefined) {
    throw new ApiError('unknown_tool', `server ${quoted(id)} offers no tool ${quoted(unknown)}`);
  }
  const marked = [...marks.of(id).keys()].filter((tool) => tools === null || tools.includes(tool));
  const seen = new Map(Object.entries(digests).filter(([tool]) => marked.includes(tool)));
  requireSame(id, marks.changedSince(id, marked, seen));
  const detail = { source: 'management', acknowledged: marked.slice(0, 50), count: marked.length };
  await audit.append([
    { event: 'config_change', server_id: id, allowed: true, reason: 'ok', request_id: requestId, detail },
  ]);
  const changed = await marks.acknowledge(id, seen, catalog.lastKnown(id) ?? []).catch(notStored);
  requireSame(id, changed);
}

/** @throws ApiError 404 `unknown_tool` for a tool that is not approved */
async function revoke(
  { audit, marks }: ManagementDependencies,
  { id }: Server,
  { tools }: RevokeApprovalsRequest,
  requestId: string | null,
): Promise<void> {
  const unknown = tools.find((tool) => !marks.isApproved(id, tool));
  if (unknown !== undefined) {
    throw new ApiError('unknown_tool', `no tool ${quoted(unknown)} of server ${quoted(id)} is approved`);
  }
  const detail = { source: 'management', revoked: tools.slice(0, 50), count: tools.length };
  await audit.append([
    { event: 'config_change', server_id: id, allowed: true, reason: 'ok', request_id: requestId, detail },
  ]);
  await marks.revoke(id, tools).catch(notStored);
}

function notStored(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const message = `what is approved cannot be stored beside the registry (${code}); nothing has changed`;
  throw new ApiError('internal_error', message);
}

function requireSame(serverId: string, changed: ReadonlyMap<string, string>): void {
  const [tool] = changed.keys();
  if (tool === undefined) return;
  const message =
    `the request does not name the present definition of tool ${quoted(tool)} of server ${quoted(serverId)}: ` +
    'nothing was approved. Look at it again, and send the digest that it has now.';
  throw new ApiError('definition_changed', message, { digests: Object.fromEntries(changed) });
}
