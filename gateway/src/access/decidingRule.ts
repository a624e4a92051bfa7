import type { Decision } from '../policy/decide.ts';
import type { RegistryPlaces } from '../registry/yaml/lineOf.ts';
import { pathText, quoted } from '../registry/yaml/problem.ts';
import type { DecidingRule } from '../api/types.ts';

/** Whom and what a decision was about. */
export interface Subject {
  readonly clientId: string;
  readonly serverId: string;
  /** The server's own name; null for a question about the server alone, or about any tool that no policy names. */
  readonly tool: string | null;
}

/** A decision with its place in the registry's file (as exact as an entry of a list) and with words. */
export function decidingRule(decision: Decision, subject: Subject, places: RegistryPlaces): DecidingRule {
  // Ids have no dots, so that a rule can be taken apart at its own.
  const rule = decision.rule.split('.');
  const entry = rule.at(-1) === 'allow_servers' ? subject.serverId : subject.tool;
  const index = entry === null ? undefined : places.indexOf(rule, entry);
  const path = index === undefined ? rule : [...rule, index];
  return {
    allowed: decision.allowed,
    reason: decision.reason,
    path: pathText(path),
    line: places.lineOf(path),
    words: ruleWords(decision, subject),
  };
}

/** Which decisions one rule stands for: those about different tools are one unless an entry for the tool decides. */
export function ruleKey({ rule, reason, allowed }: Decision, { tool }: Subject): string {
  const byEntry = allowed ? rule.endsWith('.allow_tools') : rule.endsWith('.deny_tools');
  return `${rule}\0${reason}\0${byEntry ? (tool ?? '') : ''}`;
}

function ruleWords({ allowed, reason, rule }: Decision, { clientId, serverId, tool }: Subject): string {
  const name = tool === null ? 'this tool' : quoted(tool);
  const byServer = `the policy of server ${quoted(serverId)}`;
  const byClient = `the policy of client ${quoted(clientId)} for server ${quoted(serverId)}`;
  switch (reason) {
    case 'server_not_allowed':
      return `client ${quoted(clientId)} is not granted server ${quoted(serverId)}`;
    case 'unknown_server':
      return `there is no server ${quoted(serverId)} in the registry`;
    case 'tool_denied':
      return `${byServer} denies ${name}`;
    case 'tool_policy_deny_all':
      return `${byServer} denies every tool`;
    case 'tool_not_in_allow_list':
      return `${byServer} allows only the tools in its list`;
    case 'client_tool_denied':
      return `${byClient} denies ${name}`;
    case 'client_tool_policy_deny_all':
      return `${byClient} denies every tool`;
    case 'client_tool_not_in_allow_list':
      return `${byClient} allows only the tools in its list`;
    default:
      return allowed
        ? permission(rule, rule.startsWith('clients.') ? byClient : byServer, name, clientId, serverId)
        : reason;
  }
}

function permission(rule: string, policy: string, tool: string, clientId: string, serverId: string): string {
  if (rule.endsWith('.allow_servers'))
    return `client ${quoted(clientId)} is granted server ${quoted(serverId)}`;
  return rule.endsWith('.allow_tools')
    ? `${policy} has ${tool} in its list`
    : `${policy} allows every tool that it does not deny`;
}
