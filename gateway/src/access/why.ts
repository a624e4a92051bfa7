import { exposeAll, splitName } from '../catalog/names.ts';
import { decideByClient, decideByServer, decideServer, type Decision } from '../policy/decide.ts';
import type { Reason } from '../policy/reasons.ts';
import type { RegistryPlaces } from '../registry/yaml/lineOf.ts';
import { pathText, quoted, type RegistryPath } from '../registry/yaml/problem.ts';
import type { Client, Registry, Server } from '../registry/types.ts';
import { allowPatch } from './allowPatch.ts';
import { decidingRule, type Subject } from './decidingRule.ts';
import type { WhyAnswer, WhyStep } from '../api/types.ts';

export interface Question {
  readonly clientId: string;
  readonly serverId: string;
  /** The server's own name or the one that `/mcp` shows; null asks about the server alone. */
  readonly tool: string | null;
}

/**
 * Why a call would be allowed or refused: every gate in its order, decided by the same functions as a call.
 * @param offered the server's own names of its tools; null when it was never asked
 */
export function explain(
  registry: Registry,
  places: RegistryPlaces,
  question: Question,
  offered: readonly string[] | null,
): WhyAnswer {
  const { clientId, serverId } = question;
  const tool = question.tool === null ? null : ownName(serverId, question.tool, offered);
  const subject = { clientId, serverId, tool };
  const client = registry.clients.get(clientId);
  const server = registry.servers.get(serverId);
  const steps = askGates(client, server, subject, places);
  const refusal = steps.find(({ outcome }) => outcome === 'refuse');
  const patchable = refusal !== undefined && client !== undefined && server !== undefined;
  return {
    ok: true,
    client_id: clientId,
    server_id: serverId,
    tool,
    allowed: refusal === undefined,
    reason: refusal?.reason ?? 'ok',
    words: verdict(subject, refusal, steps, offered),
    steps,
    allow_patch: patchable ? allowPatch(client, server, tool) : null,
  };
}

/** The server's own name for what may be the name under which `/mcp` shows the tool. */
function ownName(serverId: string, given: string, offered: readonly string[] | null): string {
  if (offered?.includes(given) === true) return given;
  const exposed = exposeAll((offered ?? []).map((tool) => ({ serverId, tool }))).get(given);
  if (exposed !== undefined) return exposed.tool;
  const split = splitName(given);
  return split?.serverId === serverId ? split.tool : given;
}

function askGates(
  client: Client | undefined,
  server: Server | undefined,
  subject: Subject,
  places: RegistryPlaces,
): readonly WhyStep[] {
  const { clientId, serverId, tool } = subject;
  const gates = new Gates(subject, places);
  const who = quoted(clientId);
  if (client === undefined) {
    gates.refuse(
      'client',
      ['clients', clientId],
      'unknown_client',
      `there is no client ${who} in the registry`,
    );
  } else gates.pass('client', ['clients', clientId], `client ${who} is in the registry`);
  const own = places.lineOf(['clients', clientId, 'rate_limit_rpm']) !== null;
  const limit = client?.rateLimitRpm ?? null;
  gates.pass(
    'rate_limit',
    own ? ['clients', clientId, 'rate_limit_rpm'] : ['lmcp', 'rate_limit_rpm'],
    limit === null ? `client ${who} has no rate limit` : `client ${who} may send ${limit} requests a minute`,
  );
  gates.decide(
    'server',
    ['clients', clientId, 'allow_servers'],
    client && decideServer(client, serverId, server),
  );
  if (tool === null) return gates.steps;
  const narrowing = ['clients', clientId, 'tool_policy', serverId];
  gates.decide('server_policy', ['servers', serverId, 'tool_policy'], server && decideByServer(server, tool));
  const narrowed = client && server && decideByClient(client, server, tool);
  if (narrowed !== undefined) gates.decide('client_policy', narrowing, narrowed);
  else
    gates.pass(
      'client_policy',
      narrowing,
      `client ${who} has no policy of its own for server ${quoted(serverId)}`,
    );
  return gates.steps;
}

/** Takes the answers of the gates in their order; after a refusal the others are not asked any more. */
class Gates {
  readonly steps: WhyStep[] = [];
  readonly #subject: Subject;
  readonly #places: RegistryPlaces;
  #refused = false;

  constructor(subject: Subject, places: RegistryPlaces) {
    this.#subject = subject;
    this.#places = places;
  }

  pass(gate: Gate, path: RegistryPath, words: string): void {
    this.#add(gate, path, { outcome: 'pass', reason: 'ok', words });
  }

  refuse(gate: Gate, path: RegistryPath, reason: Reason, words: string): void {
    this.#add(gate, path, { outcome: 'refuse', reason, words });
  }

  /** @param decision undefined where there is nobody or nothing to decide about: a gate before has refused then */
  decide(gate: Gate, path: RegistryPath, decision: Decision | undefined): void {
    if (this.#refused || decision === undefined) {
      this.#add(gate, path, { outcome: 'skipped', reason: null, words: '' });
      return;
    }
    const { allowed, ...rule } = decidingRule(decision, this.#subject, this.#places);
    this.#refused = !allowed;
    this.steps.push({ gate, outcome: allowed ? 'pass' : 'refuse', ...rule });
  }

  #add(gate: Gate, path: RegistryPath, answer: Pick<WhyStep, 'outcome' | 'reason' | 'words'>): void {
    const place = { path: pathText(path), line: this.#places.lineOf(path) };
    const skipped = {
      outcome: 'skipped',
      reason: null,
      words: 'not asked, since an earlier gate refuses',
    } as const;
    this.steps.push({
      gate,
      ...place,
      ...(this.#refused || answer.outcome === 'skipped' ? skipped : answer),
    });
    this.#refused ||= answer.outcome === 'refuse';
  }
}

type Gate = WhyStep['gate'];

function verdict(
  { clientId, serverId, tool }: Subject,
  refusal: WhyStep | undefined,
  steps: readonly WhyStep[],
  offered: readonly string[] | null,
): string {
  const may = `${quoted(clientId)} may${refusal === undefined ? '' : ' not'}`;
  const what =
    tool === null ? `reach server ${quoted(serverId)}` : `call ${quoted(tool)} of server ${quoted(serverId)}`;
  const deciding = tool === null ? 'server' : 'server_policy';
  const why = refusal?.words ?? steps.find(({ gate }) => gate === deciding)?.words ?? '';
  const unseen = tool !== null && offered !== null && !offered.includes(tool);
  const note = unseen ? '; the server offered no tool of that name when it was last asked' : '';
  return `${may} ${what}: ${why}${note}`;
}
