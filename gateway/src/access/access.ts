import type { Subject } from '../policy/check.ts';
import { clientRequestKinds, decideClientRequest } from '../policy/clientRequests.ts';
import { decideCall, toolSubject, type Decision } from '../policy/decide.ts';
import type { ToolDefinition } from '../catalog/tools.ts';
import type { RegistryPlaces } from '../registry/yaml/lineOf.ts';
import type { Client, Registry, Server } from '../registry/types.ts';
import { decidingRule, ruleKey } from './decidingRule.ts';
import { definitionsIn, type KnownTool, type ToolsOf } from './knownTools.ts';
import type {
  AccessAnswer,
  AccessCell,
  AccessClient,
  AccessServer,
  AccessTool,
  DecidingRule,
} from '../api/access.ts';

export type EffectiveAccess = Pick<AccessAnswer, 'servers' | 'clients' | 'rules'>;

/** The access matrix, decided by the same functions as a call, with the deciding rules. */
export function effectiveAccess(
  registry: Registry,
  toolsOf: ToolsOf,
  places: RegistryPlaces,
): EffectiveAccess {
  const rules = new Rules(places);
  const servers = [...registry.servers.values()].map((server) => {
    const known = toolsOf(server.id);
    return {
      server,
      shown: accessServer(registry, server, known),
      definitionOf: definitionsIn(known),
    };
  });
  const clients = [...registry.clients.values()].map((client): AccessClient => ({
    client_id: client.id,
    cells: servers.map((each) => accessCell(client, each, rules)),
  }));
  return { servers: servers.map(({ shown }) => shown), clients, rules: rules.list };
}

/** Each deciding rule once. */
class Rules {
  readonly list: DecidingRule[] = [];
  readonly #places: RegistryPlaces;
  readonly #known = new Map<string, number>();

  constructor(places: RegistryPlaces) {
    this.#places = places;
  }

  indexOf(decision: Decision, subject: Subject): number {
    const key = ruleKey(decision, subject);
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.list.push(decidingRule(decision, subject, this.#places)) - 1;
      this.#known.set(key, index);
    }
    return index;
  }
}

function accessServer(registry: Registry, server: Server, known: readonly KnownTool[] | null): AccessServer {
  const offered = (known ?? []).map(({ name, mark, hint = null, description = null }): AccessTool => ({
    tool: name,
    offered: true,
    mark,
    hint,
    description,
  }));
  const offeredNames = new Set(offered.map(({ tool }) => tool));
  const named = policiesOf(registry, server).flatMap(({ allowTools, denyTools }) => [
    ...allowTools,
    ...denyTools,
  ]);
  const others = [...new Set(named)].filter((tool) => !offeredNames.has(tool)).sort();
  return {
    server_id: server.id,
    tools_known: known !== null,
    tools: [...offered, ...others.map((tool): AccessTool => ({ ...unoffered, tool }))],
  };
}

const unoffered = { offered: false, mark: null, hint: null, description: null } as const;

function policiesOf(registry: Registry, server: Server): Server['toolPolicy'][] {
  const narrowings = [...registry.clients.values()].flatMap(
    ({ toolPolicy }) => toolPolicy.get(server.id) ?? [],
  );
  return [server.toolPolicy, ...narrowings];
}

interface ShownServer {
  readonly server: Server;
  readonly shown: AccessServer;
  readonly definitionOf: (tool: string) => ToolDefinition;
}

function accessCell(client: Client, { server, shown, definitionOf }: ShownServer, rules: Rules): AccessCell {
  // No policy can contain the empty name, and no server can list it.
  const otherwise = toolSubject(client, server, '', 'approved');
  const decisions = shown.tools.map(({ tool, offered }) => {
    const subject = toolSubject(client, server, tool, definitionOf(tool));
    return { offered, subject, decision: decideCall(subject) };
  });
  const offered = decisions.filter((each) => each.offered);
  const allowed = offered.filter(({ decision }) => decision.allowed === true).length;
  const pending = offered.filter(({ decision }) => decision.reason === 'tool_not_approved').length;
  const general = decideCall(otherwise);
  return {
    access:
      shown.tools_known && offered.length > 0
        ? shareOf(allowed, offered.length)
        : shareOfUnknown(general, decisions),
    allowed_count: shown.tools_known ? allowed : null,
    pending_count: shown.tools_known ? pending : null,
    total_count: shown.tools_known ? offered.length : null,
    rule: rules.indexOf(general, otherwise),
    tools: decisions.map(({ decision, subject }) => rules.indexOf(decision, subject)),
    denied_requests: clientRequestKinds.filter((kind) => !decideClientRequest(client, server, kind).allowed),
  };
}

function shareOf(allowed: number, total: number): AccessCell['access'] {
  return allowed === total ? 'all' : allowed === 0 ? 'none' : 'some';
}

/** For unknown tools: the decision for any tool, unless it differs for a named one. */
function shareOfUnknown(
  otherwise: Decision,
  named: readonly { readonly decision: Decision }[],
): AccessCell['access'] {
  const differs = named.some(
    ({ decision }) => (decision.allowed === false) !== (otherwise.allowed === false),
  );
  return differs ? 'some' : otherwise.allowed === true ? 'all' : 'none';
}
