import { exposeAll, splitName } from '../catalog/names.ts';
import type { Subject } from '../policy/check.ts';
import { decideCall, decisionMessage, outcomeMessage, stepsOf, type Decision } from '../policy/decide.ts';
import type { RegistryPlaces } from '../registry/yaml/lineOf.ts';
import { pathText, quoted, type RegistryPath } from '../registry/yaml/problem.ts';
import { clientRequestKinds, decideClientRequest } from '../policy/clientRequests.ts';
import type { Client, Registry, Server } from '../registry/types.ts';
import { allowChoices } from './allowChoices.ts';
import { placeOf } from './decidingRule.ts';
import { definitionsIn, type KnownTool } from './knownTools.ts';
import type { WhyAnswer, WhyStep } from '../api/access.ts';

export interface Question {
  readonly clientId: string;
  readonly serverId: string;
  /** The server's own name for the tool or the exposed one; null asks only about the server. */
  readonly tool: string | null;
}

/**
 * Why a call would be allowed or denied: every check in order, decided by the same functions as a call.
 * @param known the tools that the server last listed; null if it was never asked
 */
export function explain(
  registry: Registry,
  places: RegistryPlaces,
  question: Question,
  known: readonly KnownTool[] | null,
): WhyAnswer {
  const { clientId, serverId } = question;
  const offered = known?.map(({ name }) => name) ?? null;
  const tool = question.tool === null ? null : ownName(serverId, question.tool, offered);
  const client = registry.clients.get(clientId);
  const server = registry.servers.get(serverId);
  const definition = definitionsIn(known)(tool ?? '');
  const subject = { clientId, client, serverId, server, tool, definition };
  const decision = decideCall(subject);
  const { allowed, reason } = decision;
  // No patch approves a tool, makes a server list one, or enables a server.
  const patchable =
    allowed === false &&
    server?.enabled === true &&
    reason !== 'tool_not_approved' &&
    reason !== 'tool_not_listed';
  return {
    ok: true,
    client_id: clientId,
    server_id: serverId,
    tool,
    allowed,
    reason,
    words: verdict(subject, decision),
    steps: stepAnswers(subject, places),
    client_requests: client && server ? clientRequestsOf(client, server) : [],
    allow: patchable && client ? allowChoices(registry, client, server, tool) : [],
  };
}

function clientRequestsOf(client: Client, server: Server): WhyAnswer['client_requests'] {
  return clientRequestKinds.map((kind) => {
    const { allowed, reason, rule } = decideClientRequest(client, server, kind);
    return { kind, allowed, reason, path: rule };
  });
}

/** The server's own name for a tool name that may be the exposed one. */
function ownName(serverId: string, given: string, offered: readonly string[] | null): string {
  if (offered?.includes(given) === true) return given;
  const exposed = exposeAll((offered ?? []).map((name) => ({ serverId, name }))).get(given);
  if (exposed !== undefined) return exposed.name;
  const split = splitName(given);
  return split?.serverId === serverId ? split.name : given;
}

function stepAnswers(subject: Subject, places: RegistryPlaces): WhyStep[] {
  return stepsOf(subject).map(({ check, outcome }) => {
    const decided = outcome !== 'skipped' && outcome !== undefined;
    const place = decided ? placeOf(outcome.rule, subject, places) : settingOf(check.paths(subject), places);
    if (outcome === 'skipped') {
      const message = 'not asked, since an earlier check denies';
      return { gate: check.id, label: check.label, outcome, reason: null, ...place, words: message };
    }
    return {
      gate: check.id,
      label: check.label,
      outcome: outcome?.allowed === false ? 'refuse' : outcome?.allowed === null ? 'unknown' : 'pass',
      reason: outcome === undefined ? 'ok' : outcome.reason,
      ...place,
      words: outcomeMessage(check, subject, outcome),
    };
  });
}

/** The first of these paths that exists in the file, otherwise the last. */
function settingOf(
  paths: readonly RegistryPath[],
  places: RegistryPlaces,
): { readonly path: string; readonly line: number | null } {
  const path = paths.find((each) => places.lineOf(each) !== null) ?? paths.at(-1) ?? [];
  return { path: pathText(path), line: places.lineOf(path) };
}

function verdict(subject: Subject, decision: Decision): string {
  const { serverId, tool } = subject;
  const may = decision.allowed === null ? 'may possibly' : decision.allowed ? 'may' : 'may not';
  const what =
    tool === null ? `use server ${quoted(serverId)}` : `call ${quoted(tool)} of server ${quoted(serverId)}`;
  return `${quoted(subject.clientId)} ${may} ${what}: ${decisionMessage(subject, decision)}`;
}
