import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { drawer } from '#lib/state/drawer.svelte.ts';
import { notices } from '#lib/state/notices.svelte.ts';
import { session } from '#lib/state/session.svelte.ts';
import { staging } from '#lib/state/staging.svelte.ts';

/** Who was denied what. */
export type Denial = Pick<AuditLine, 'client_id' | 'server_id' | 'tool_name'> & { readonly event: string };

/** Stages the narrowest change that allows what a line denied; where there are two ways, shows them with who gains by each. */
export async function allowThis(line: Denial): Promise<void> {
  if (line.client_id === null || line.server_id === null) return;
  const asked = { client: line.client_id, server: line.server_id, tool: line.tool_name };
  const answer = await session.routes?.why(asked);
  if (answer === undefined) return;
  const [first, ...others] = answer.ok ? answer.allow : [];
  if (!answer.ok) notices.problem(answer.message);
  else if (answer.allowed) notices.done('Already allowed. No change is needed.');
  else if (answer.allowed === null) notices.done(`The registry allows it already: ${answer.words}`);
  else if (first === undefined) notices.problem(`No grant would allow this: ${answer.words}`);
  else if (others.length > 0) drawer.open({ kind: 'why', ...asked });
  else {
    staging.stage(first.patch);
    const what = [asked.client, asked.server, asked.tool].filter((name) => name !== null).join(' → ');
    notices.done(`Added a pending change: ${what}. Review and apply it.`);
  }
}

/** Is this a denial that a change of the registry could lift? */
export function canBeAllowed(line: Denial & Pick<AuditLine, 'allowed'>): boolean {
  const registryGate = line.event === 'server_auth' || line.event === 'tool_authz';
  return line.allowed === false && registryGate && line.client_id !== null && line.server_id !== null;
}
