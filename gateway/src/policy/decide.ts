import type { ToolDefinition } from '../catalog/tools.ts';
import type { Client, Server } from '../registry/types.ts';
import type { Check, Outcome, Subject } from './check.ts';
import { checks } from './checks.ts';
import type { Reason } from './reasons.ts';

export type CheckId = (typeof checks)[number]['id'];
type AnyCheck = Omit<Check<CheckId, Reason>, 'reasons' | 'decider'>;

/** What the checks say of a request, and which of them decided. */
export type Decision = Outcome<Reason> & { readonly check: CheckId };

const list: readonly AnyCheck[] = checks;
const ofServer = checksOf('server');
const ofTool = checksOf('tool');
const ofCall = checksOf('arrival', 'server');

function checksOf(...stages: readonly AnyCheck['stage'][]): readonly AnyCheck[] {
  return list.filter(({ stage }) => stages.includes(stage));
}

/** May this client use this server? One that is not registered is denied like one that is not granted. */
export function decideServer(client: Client, serverId: string, server: Server | undefined): Decision {
  return decideBy(ofServer, serverSubject(client, serverId, server));
}

/** May this client use this tool of a server that it is granted? */
export function decideTool(
  client: Client,
  server: Server,
  tool: string,
  definition: ToolDefinition,
): Decision {
  return decideBy(ofTool, toolSubject(client, server, tool, definition));
}

/** The whole decision about a call or, without a tool, about the use of a server. */
export function decideCall(subject: Subject): Decision {
  return decideBy(subject.tool === null ? ofCall : list, subject);
}

export function serverSubject(client: Client, serverId: string, server: Server | undefined): Subject {
  return { clientId: client.id, client, serverId, server, tool: null, definition: 'unknown' };
}

export function toolSubject(
  client: Client,
  server: Server,
  tool: string,
  definition: ToolDefinition,
): Subject {
  return { clientId: client.id, client, serverId: server.id, server, tool, definition };
}

/** The first denial decides; without one, what is undecided; without that, the last check that allowed the request. */
function decideBy(asked: readonly AnyCheck[], subject: Subject): Decision {
  let granted: Decision | undefined;
  let undecided: Decision | undefined;
  for (const { id, decide } of asked) {
    const outcome = decide(subject);
    if (outcome === undefined) continue;
    if (outcome.allowed === false) return decisionOf(outcome, id);
    if (outcome.allowed === null) undecided = decisionOf(outcome, id);
    else granted = decisionOf(outcome, id);
  }
  if (granted === undefined) throw new Error('no check allowed the request');
  return undecided ?? granted;
}

/** On the way of each call: member by member, which costs less than spreading. */
function decisionOf({ allowed, reason, rule }: Outcome<Reason>, check: CheckId): Decision {
  return { allowed, reason, rule, check } as Decision;
}

/** One check's part in a decision; `skipped` after a denial, undefined where it does not object. */
export interface CheckStep {
  readonly check: AnyCheck;
  readonly outcome: Outcome<Reason> | 'skipped' | undefined;
}

/** Every check that a request meets, in its order: after a denial none is asked. */
export function stepsOf(subject: Subject): CheckStep[] {
  let denied = false;
  return list
    .filter(({ stage }) => stage !== 'tool' || subject.tool !== null)
    .map((check) => {
      if (denied) return { check, outcome: 'skipped' };
      const outcome = check.decide(subject);
      denied = outcome?.allowed === false;
      return { check, outcome };
    });
}

/** Why a check decided so, for the administrator. */
export function outcomeMessage(
  { denied, passed }: AnyCheck,
  subject: Subject,
  outcome: Outcome<Reason> | undefined,
): string {
  return outcome?.allowed === false ? denied(subject, outcome.reason) : passed(subject, outcome);
}

/** As {@link outcomeMessage}, for a whole decision. */
export function decisionMessage(subject: Subject, decision: Decision): string {
  const check = list.find(({ id }) => id === decision.check);
  return check === undefined ? (decision.reason ?? '') : outcomeMessage(check, subject, decision);
}

/** What a denied client reads. */
export function denialMessage(subject: Subject, { check, reason }: Decision): string {
  const message = list.find(({ id }) => id === check)?.denial?.(subject, reason ?? '');
  return message ?? 'Access denied.';
}
