import type { Subject } from '../policy/check.ts';
import { decisionMessage, type Decision } from '../policy/decide.ts';
import type { RegistryPlaces } from '../registry/yaml/lineOf.ts';
import { pathText, type RegistryPath } from '../registry/yaml/problem.ts';
import type { DecidingRule } from '../api/access.ts';

/** A decision with its place in the registry's file (as exact as an entry of a list) and its message. */
export function decidingRule(decision: Decision, subject: Subject, places: RegistryPlaces): DecidingRule {
  return {
    allowed: decision.allowed,
    reason: decision.reason,
    ...placeOf(decision.rule, subject, places),
    words: decisionMessage(subject, decision),
  };
}

/** The location of a rule: a list entry if one for this server or tool decides. */
export function placeOf(
  rule: string,
  subject: Pick<Subject, 'serverId' | 'tool'>,
  places: RegistryPlaces,
): { readonly path: string; readonly line: number | null } {
  // Ids contain no dots, so a rule can be split at its dots.
  const steps: RegistryPath = rule.split('.');
  const entry = steps.at(-1) === 'allow_servers' ? subject.serverId : subject.tool;
  const index = entry === null ? undefined : places.indexOf(steps, entry);
  const path = index === undefined ? steps : [...steps, index];
  return { path: pathText(path), line: places.lineOf(path) };
}

/** Groups decisions by rule: decisions about different tools are one rule unless the tool itself decides. */
export function ruleKey({ rule, reason, allowed, check }: Decision, { tool }: Subject): string {
  const byTool =
    allowed === true
      ? rule.endsWith('.allow_tools')
      : allowed === false && (check === 'pinning' || rule.endsWith('.deny_tools'));
  return `${rule}\0${reason ?? ''}\0${byTool ? (tool ?? '') : ''}`;
}
