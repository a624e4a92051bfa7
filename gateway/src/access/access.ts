import { decideServer, decideTool, type Decision } from '../policy/decide.ts';
import type { RegistryPlaces } from '../registry/yaml/lineOf.ts';
import type { Client, Registry, Server } from '../registry/types.ts';
import { decidingRule, ruleKey, type Subject } from './decidingRule.ts';
import type {
  AccessAnswer,
  AccessCell,
  AccessClient,
  AccessServer,
  AccessTool,
  DecidingRule,
  ToolMark,
} from '../api/types.ts';

export interface KnownTool {
  /** The server's own name. */
  readonly name: string;
  readonly mark: ToolMark | null;
}

/** What a server offered when it was last asked; null when it never was. */
export type ToolsOf = (serverId: string) => readonly KnownTool[] | null;

export type EffectiveAccess = Pick<AccessAnswer, 'servers' | 'clients' | 'rules'>;

/** Who may call what, decided by the same functions as a call, with the rule that decides each. */
export function effectiveAccess(
  registry: Registry,
  toolsOf: ToolsOf,
  places: RegistryPlaces,
): EffectiveAccess {
  const rules = new Rules(places);
  const servers = [...registry.servers.values()].map((server) => ({
    server,
    shown: accessServer(registry, server, toolsOf(server.id)),
  }));
  const clients = [...registry.clients.values()].map((client): AccessClient => ({
    client_id: client.id,
    cells: servers.map(({ server, shown }) => accessCell(client, server, shown, rules)),
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
  const offered = (known ?? []).map(({ name, mark }): AccessTool => ({ tool: name, offered: true, mark }));
  const offeredNames = new Set(offered.map(({ tool }) => tool));
  const named = policiesOf(registry, server).flatMap(({ allowTools, denyTools }) => [
    ...allowTools,
    ...denyTools,
  ]);
  const others = [...new Set(named)].filter((tool) => !offeredNames.has(tool)).sort();
  return {
    server_id: server.id,
    tools_known: known !== null,
    tools: [...offered, ...others.map((tool): AccessTool => ({ tool, offered: false, mark: null }))],
  };
}

function policiesOf(registry: Registry, server: Server): Server['toolPolicy'][] {
  const narrowings = [...registry.clients.values()].flatMap(
    ({ toolPolicy }) => toolPolicy.get(server.id) ?? [],
  );
  return [server.toolPolicy, ...narrowings];
}

function accessCell(client: Client, server: Server, shown: AccessServer, rules: Rules): AccessCell {
  const decide = (tool: string): Decision => decision(client, server, tool);
  const subject = (tool: string | null): Subject => ({ clientId: client.id, serverId: server.id, tool });
  // No policy can name the empty name, and no server can offer it.
  const otherwise = decide('');
  const decisions = shown.tools.map(({ tool, offered }) => ({ tool, offered, decision: decide(tool) }));
  const offered = decisions.filter((each) => each.offered);
  const allowed = offered.filter((each) => each.decision.allowed).length;
  return {
    access:
      shown.tools_known && offered.length > 0
        ? shareOf(allowed, offered.length)
        : shareOfUnknown(otherwise, decisions),
    allowed_count: shown.tools_known ? allowed : null,
    total_count: shown.tools_known ? offered.length : null,
    rule: rules.indexOf(otherwise, subject(null)),
    tools: decisions.map((each) => rules.indexOf(each.decision, subject(each.tool))),
  };
}

function decision(client: Client, server: Server, tool: string): Decision {
  const mayReach = decideServer(client, server.id, server);
  return mayReach.allowed ? decideTool(client, server, tool) : mayReach;
}

function shareOf(allowed: number, total: number): AccessCell['access'] {
  return allowed === total ? 'all' : allowed === 0 ? 'none' : 'some';
}

/** Over tools that nobody has listed yet: what holds for any tool, unless one that is named fares otherwise. */
function shareOfUnknown(
  otherwise: Decision,
  named: readonly { readonly decision: Decision }[],
): AccessCell['access'] {
  const differs = named.some((each) => each.decision.allowed !== otherwise.allowed);
  return differs ? 'some' : otherwise.allowed ? 'all' : 'none';
}
