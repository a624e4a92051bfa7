import type { RegistryPatch } from 'lmcp-gateway/src/api/registry.ts';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { grantServer, grantTool } from './grants.ts';
import { combinePatches, mergePatch } from './patch.ts';

export interface BulkGrant {
  readonly clients: string;
  readonly servers: string;
  /** Empty: whole servers are opened or closed. */
  readonly tools: string;
  readonly allow: boolean;
}

/** Matches names against patterns with `*` and `?`, several separated by commas; letters' case counts. */
export function matchesPattern(pattern: string, name: string): boolean {
  return pattern
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .some((part) => patternOf(part).test(name));
}

function patternOf(part: string): RegExp {
  const escaped = part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
}

/** What a bulk grant would stage, and how many client–server pairs (or tools) it touches. */
export function bulkPatch(
  view: RegistryView,
  tools: ReadonlyMap<string, readonly string[]>,
  grant: BulkGrant,
): { readonly patch: RegistryPatch; readonly touched: number } {
  let patch: RegistryPatch = {};
  let now = view;
  let touched = 0;
  const stage = (step: RegistryPatch): void => {
    patch = combinePatches(patch, step);
    now = mergePatch(view, patch);
    touched += 1;
  };
  const clients = Object.keys(view.clients).filter((id) => matchesPattern(grant.clients, id));
  const servers = Object.keys(view.servers).filter((id) => matchesPattern(grant.servers, id));
  for (const client of clients) {
    for (const server of servers) {
      if (grant.tools.trim() === '') stage(grantServer(now, client, server, grant.allow));
      else {
        const matching = (tools.get(server) ?? []).filter((tool) => matchesPattern(grant.tools, tool));
        for (const tool of matching) stage(grantTool(now, client, server, tool, grant.allow));
      }
    }
  }
  return { patch, touched };
}
